import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attachTo } from '../run/attach.ts'
import { freePort } from '../run/server.ts'
import { openInspector } from './open-inspector.ts'

let port = 0
beforeEach(async () => {
  port = await freePort() // 9229 may be taken, and that of a test before by what it has just killed
})

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

const onLinux = it.runIf(process.platform === 'linux')

async function program(...flags: string[]): Promise<ChildProcess & { pid: number }> {
  const source = `setInterval(() => {}, 1000); console.log('ready')`
  const child = spawn(process.execPath, [...flags, '-e', source], { stdio: 'pipe' })
  started.push(child)
  await once(child.stdout, 'data')
  return child as ChildProcess & { pid: number }
}

/** Whether something listens on a port of this machine. */
function listens(at: number): boolean {
  const hex = at.toString(16).toUpperCase().padStart(4, '0')
  return new RegExp(`:${hex} \\S+ 0A `).test(readFileSync('/proc/net/tcp', 'utf8'))
}

onLinux(
  'opens the inspector of a process that runs, closes it again, and may do so again',
  async () => {
    const child = await program(`--inspect-port=${port}`)
    for (const turn of [1, 2, 3]) {
      expect(listens(port)).toBe(false)
      const { inspector, close } = await openInspector(attachTo(child.pid))
      expect(listens(port)).toBe(true)
      expect(await inspector.evaluate(`process.pid + ${turn}`)).toBe(child.pid + turn)
      await close()
      expect(listens(port)).toBe(false)
      expect(await leftBehind(child.pid)).toBe(true)
    }
  },
)

/** Whether the process is as it was: alive, without what the lab put into it. */
async function leftBehind(pid: number): Promise<boolean> {
  const { inspector, close } = await openInspector(attachTo(pid))
  const keys = await inspector.evaluate(
    `Object.getOwnPropertySymbols(globalThis).filter((key) => key.description?.startsWith('lab.')).length`,
  )
  await close()
  return keys === 1 // of this connection
}

onLinux('uses an inspector that is open, and leaves it open', async () => {
  const child = await program(`--inspect=127.0.0.1:${port}`)
  const { inspector, close } = await openInspector(attachTo(child.pid))
  expect(await inspector.evaluate('process.pid')).toBe(child.pid)
  await close()
  expect(listens(port)).toBe(true)
})

onLinux('does not send the signal to a process that it would end', async () => {
  const child = await program('--disable-sigusr1')
  await expect(openInspector(attachTo(child.pid))).rejects.toThrow('would be ended by the signal')
  expect(child.exitCode ?? child.signalCode).toBe(null)
})

onLinux('opens nothing that other machines could reach', async () => {
  const child = await program(`--inspect-port=0.0.0.0:${port}`)
  await expect(openInspector(attachTo(child.pid))).rejects.toThrow('for other machines too')
  expect(listens(port)).toBe(false)
})

onLinux('says which port is taken', async () => {
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  const child = await program(`--inspect-port=${port}`)
  try {
    await expect(openInspector(attachTo(child.pid))).rejects.toThrow(
      `port ${port}, on which process ${child.pid} would open its inspector, is taken`,
    )
  } finally {
    other.close()
  }
})

onLinux('says that a process handles the signal itself', async () => {
  const source = `process.on('SIGUSR1', () => {}); setInterval(() => {}, 1000); console.log('ready')`
  const child = spawn(process.execPath, [`--inspect-port=${port}`, '-e', source], { stdio: 'pipe' })
  started.push(child)
  await once(child.stdout, 'data')
  const opened = openInspector(attachTo(child.pid!), 300)
  await expect(opened).rejects.toThrow('did not open an inspector')
  expect(child.exitCode).toBe(null)
})

onLinux('says that the process has ended', async () => {
  const child = await program(`--inspect-port=${port}`)
  const process = attachTo(child.pid)
  child.kill('SIGKILL')
  expect(await process.ended).toBe('the process has ended')
  expect(() => attachTo(child.pid)).toThrow(`there is no process ${child.pid}`)
})
