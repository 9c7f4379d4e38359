/** `npm run lab` as a person types it: the address, its end, and what ends with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { isRunning, processesBelow } from '../src/run/processes.ts'
import { labRoot } from '../src/run/server.ts'
import { tokenHeader } from '../src/web/api/index.ts'
import { followEvents } from '../src/web/test-lab.ts'

// A backstop: processes are started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'lab command '))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function start(args: string[]): ChildProcess {
  const words = ['scripts/lab.ts', '--no-open', ...args]
  const env = { ...process.env, LAB_RUNNING_DIRECTORY: join(scratch, 'running'), TMPDIR: scratch }
  return spawn(process.execPath, words, { cwd: labRoot, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The address that it prints. */
function address(child: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.setEncoding('utf8').on('data', (piece) => {
      text += piece
      const found = /The lab page {2}(\S+)\n/.exec(text)?.[1]
      if (found !== undefined) resolve(new URL(found))
    })
    child.once('close', () => reject(new Error(`it ended before it printed its address: ${text}`)))
  })
}

it.concurrent('two at a time, each with another token; Ctrl-C ends them, status 0', async () => {
  const both = [start([]), start([])]
  const urls = await Promise.all(both.map(address))
  const tokens = urls.map((url) => url.searchParams.get('token')!)
  for (const [at, { hostname, origin }] of urls.entries()) {
    expect(hostname).toBe('127.0.0.1')
    const page = await (await fetch(origin)).text()
    expect(page).toMatch(/<script type="module" src="assets\/main-\w+\.js">/)
    const ask = (token: string) =>
      fetch(`${origin}/api/runs`, { headers: { [tokenHeader]: token } })
    expect((await ask(tokens[at]!)).status).toBe(200)
    expect((await ask(tokens[1 - at]!)).status).toBe(403)
  }
  for (const [at, signal] of (['SIGINT', 'SIGTERM'] as const).entries()) {
    both[at]!.kill(signal)
    expect((await once(both[at]!, 'close'))[0]).toBe(0)
  }
})

it.concurrent('kill -9 in the middle of a run: nothing that it started outlives it', async () => {
  const child = start([])
  const url = await address(child)
  const { port, origin } = url
  const token = url.searchParams.get('token')!
  const events = await followEvents(Number(port), token)
  const headers = { [tokenHeader]: token, origin, 'content-type': 'application/json' }
  const body = JSON.stringify({ kind: 'stage', stage: 'stage3', quick: true })
  expect((await fetch(`${origin}/api/runs`, { method: 'POST', headers, body })).status).toBe(201)
  // On a busy machine the lab may look for the first time when it measures already.
  const loaded = /warming|measuring/
  await events.until(
    ({ name, data }) => name === 'runs' && data.running.some(({ step }) => loaded.test(step)),
  )
  const started = processesBelow(child.pid!)
  // The command, its server and its load, besides the guards.
  expect(started.filter(({ args }) => args.includes('.ts')).length).toBeGreaterThanOrEqual(3)
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 60_000 })
  events.close()
})

it.concurrent('a taken port is one line, exit status 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const child = start(['--port', String(port)])
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text) => (said += text))
  const [status] = await once(child, 'close')
  taken.close()
  expect(said).toContain(`✗ port ${port} on 127.0.0.1 is taken by another program\n  → npm run lab`)
  expect(status).toBe(1)
})
