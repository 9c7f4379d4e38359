import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { attachTo, isClusterWorker, OTHER_WORKERS } from './attach.ts'

const onLinux = it.runIf(process.platform === 'linux')

onLinux('knows what is Node and what is not', async () => {
  expect(attachTo(process.pid).name).toBe(`process ${process.pid}`)
  const other = spawn('sleep', ['60'])
  try {
    await once(other, 'spawn')
    expect(() => attachTo(other.pid!)).toThrow(/is not Node: it is \/\S*(sleep|coreutils|busybox)/)
  } finally {
    other.kill()
  }
  expect(() => attachTo(2 ** 22 + 1)).toThrow('there is no process 4194305')
})

onLinux('finds the map that --perf-basic-prof writes', async () => {
  const flags = ['--perf-basic-prof', '--logfile=/dev/null', '--no-logfile-per-isolate']
  const child = spawn(process.execPath, [
    ...flags,
    '-e',
    `setInterval(() => {}, 1000); console.log(1)`,
  ])
  await once(child.stdout, 'data')
  const map = `/tmp/perf-${child.pid}.map`
  try {
    expect(attachTo(child.pid!).attached?.perfMap).toBe(map)
    expect(attachTo(process.pid).attached?.perfMap).toBeUndefined()
  } finally {
    child.kill('SIGKILL')
    if (existsSync(map)) rmSync(map)
  }
})

onLinux('says of a worker of a cluster that it is not alone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lab-cluster-'))
  const file = join(directory, 'main.js')
  writeFileSync(
    file,
    `const c = require('node:cluster'); if (c.isPrimary) c.fork(); else console.log(process.pid)`,
  )
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [text] = await once(child.stdout, 'data')
    expect(attachTo(Number(String(text))).attached?.unseen).toEqual([OTHER_WORKERS])
    expect(isClusterWorker(child.pid!)).toBe(false)
  } finally {
    child.kill('SIGKILL')
    rmSync(directory, { recursive: true })
  }
})

onLinux('names the child processes that are not seen', async () => {
  const source = `const c = require('node:child_process').spawn('sleep', ['60']); c.on('spawn', () => console.log(c.pid))`
  const child = spawn(process.execPath, ['-e', source])
  const [text] = await once(child.stdout, 'data')
  const grandchild = Number(String(text))
  try {
    expect(attachTo(child.pid!).attached?.unseen).toEqual([
      `its child processes (${grandchild}): each by --pid`,
    ])
  } finally {
    child.kill('SIGKILL')
    process.kill(grandchild)
  }
})
