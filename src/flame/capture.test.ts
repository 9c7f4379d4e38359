import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { isRunning } from '../run/processes.ts'
import { stageProgram } from '../run/program.ts'
import { labRoot } from '../run/server.ts'
import { type Capture, captureAccounting, captureTime } from './capture.ts'
import type { Load } from './capture-window.ts'
import { probePerf } from './perf.ts'
import { walk } from './tree.ts'

// A backstop: a capture takes two to five seconds, more on a machine that is busy otherwise.
vi.setConfig({ testTimeout: 60_000 })

const program = stageProgram({ id: 'stage1' })
const short = { seconds: 0.5, warmUpSeconds: 0.2 }

/** Each client sends a SET and a GET, waits for both replies, and begins again. */
const load: Load = async (server, signal, underWay) => {
  const request = '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$3\r\nxyz\r\n*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n'
  const reply = '+OK\r\n$3\r\nxyz\r\n'.length
  const clients = Array.from({ length: 10 }, () => {
    const socket = connect(server.port, server.host)
    let received = 0
    socket.on('error', () => {})
    socket.on('connect', () => socket.write(request))
    socket.on('data', (bytes) => {
      received += bytes.length
      underWay()
      if (received % reply === 0) socket.write(request)
    })
    return socket
  })
  if (!signal.aborted) await once(signal, 'abort')
  for (const socket of clients) socket.destroy()
}

/** Remembers which server it loaded, so that a test can see that it is gone. */
function watched(inner: Load): { load: Load; pid: () => number } {
  let server: { pid: number } | undefined
  return {
    load: (running, signal, underWay) => {
      server = running
      return inner(running, signal, underWay)
    },
    pid: () => server!.pid,
  }
}

let dir: string
let before: string | undefined
beforeEach(() => {
  // With blanks, since a path may have some; a new one, to see what is left in it.
  dir = mkdtempSync(join(tmpdir(), 'lab capture '))
  mkdirSync(join(dir, 'tmp'))
  before = process.env.TMPDIR
  process.env.TMPDIR = join(dir, 'tmp')
})
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  const left = readdirSync(join(dir, 'tmp'))
  rmSync(dir, { recursive: true })
  // tsx, if a test runs below it, keeps a cache in the same place.
  expect(left.filter((name) => name.startsWith('lab-'))).toEqual([])
  expect(readdirSync(labRoot).filter((name) => /v8\.log|perf\.data|isolate-/.test(name))).toEqual(
    [],
  )
})

function files({ tree }: Capture): Set<string> {
  const found = new Set<string>()
  walk(tree.root, ({ file }) => file !== undefined && found.add(file))
  return found
}

test('by perf: all of the server, the stage by name and line, the kernel as accounted', async ({
  skip,
}) => {
  const probe = await probePerf()
  if (!probe.usable) skip(`no perf here: ${probe.why}`)
  const record = async (seconds: number) => {
    const { load: watchedLoad, pid } = watched(load)
    const options: Parameters<typeof captureTime>[1] = { ...short, seconds, prefer: 'perf' }
    const capture = await captureTime(program, { ...options, load: watchedLoad })
    expect(isRunning(pid())).toBe(false)
    return capture
  }
  // On a busy machine the server gets so little of a window that most frames are not in it.
  let seconds = 0.8
  let capture = await record(seconds)
  while (capture.tree.samples < 50) {
    seconds *= 2
    capture = await record(seconds)
  }
  expect(capture.route.source).toBe('perf')
  const { tree, shares } = capture
  expect(Object.values(shares.byRole).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
  // Were names or stacks lost, it would be nearly all; how much it is depends on what else runs.
  expect(shares.byRole.other).toBeLessThan(0.5)
  expect(tree.quality.broken).toBeLessThan(tree.samples * 0.5)
  expect([...files(capture)]).toEqual(
    expect.arrayContaining([
      'libuv',
      'stages/stage1/connection.ts',
      'node:internal/stream_base_commons',
    ]),
  )
  expect(JSON.stringify(tree)).not.toContain(labRoot)
  if (probe.kernel) {
    // Stage 1 spends its time getting bytes in, and most of that in the kernel.
    expect(shares.kernelByRole.read).toBeGreaterThan(0)
    expect(capture.check.systemShare).toBeGreaterThan(0)
  }
})

test("by V8's CPU profiler: the stage by name and line, what it cannot see as one frame", async () => {
  const { load: watchedLoad, pid } = watched(load)
  const capture = await captureTime(program, { ...short, load: watchedLoad, prefer: 'cpu-prof' })
  expect(isRunning(pid())).toBe(false)
  expect(capture.route).toMatchObject({ source: 'cpu-prof', why: 'asked for' })
  const { tree, shares } = capture
  expect(shares.certain).toBe(false)
  expect([...files(capture)]).toContain('stages/stage1/connection.ts')
  expect(JSON.stringify(tree)).not.toContain(labRoot)
  if (capture.cpu !== undefined) {
    const frame = tree.root.children.find(({ kind }) => kind === 'unseen')
    expect(frame?.name).toMatch(
      /^not seen by this profiler \(\d+ % of the CPU time\): the kernel in/,
    )
    const { user, system } = capture.cpu
    expect(shares.byRole.unseen).toBeGreaterThan((0.99 * system) / (user + system))
  }
})

test('the warm-up counts from the first reply, in requests as well as seconds', async () => {
  // Counts are made up: the window must not open before the load has had a reply and 5000 more.
  let requests = 0
  let openedAt = 0
  const steps: string[] = []
  const delayed: Load = async (server, signal, underWay) => {
    await expect.poll(() => steps.at(-1)).toBe('waiting for the load')
    await load(server, signal, () => {
      underWay()
      requests += 100
    })
  }
  await captureAccounting(program, {
    load: delayed,
    served: () => requests,
    seconds: 0.2,
    warmUpSeconds: 0,
    onProgress: (text) => {
      steps.push(text)
      if (text.startsWith('recording')) openedAt = requests
    },
  })
  expect(steps).toEqual(['waiting for the load', 'warming up', 'recording over the inspector'])
  expect(openedAt).toBeGreaterThanOrEqual(5000)
})

describe('a capture that cannot be had is an error and leaves nothing', () => {
  const failing = (inner: Load) => {
    const { load: watchedLoad, pid } = watched(inner)
    return {
      pid,
      result: captureTime(program, { ...short, load: watchedLoad, prefer: 'cpu-prof' }),
    }
  }

  test('the load ends early', async () => {
    const { result, pid } = failing(async () => {})
    await expect(result).rejects.toThrow('the load on stage1 ended before the recording did')
    expect(isRunning(pid())).toBe(false)
  })

  test('the load fails', async () => {
    const { result, pid } = failing(() => Promise.reject(new Error('wrong reply')))
    await expect(result).rejects.toThrow('wrong reply')
    expect(isRunning(pid())).toBe(false)
  })

  test('the server dies', async () => {
    const { result } = failing(async (server, signal) => {
      process.kill(server.pid, 'SIGKILL')
      await once(signal, 'abort')
    })
    await expect(result).rejects.toThrow('stage1 ended while it was recorded: SIGKILL')
  })

  test('there is no load', async () => {
    const { load, pid } = watched(async (_server, signal, underWay) => {
      underWay()
      await once(signal, 'abort')
    })
    const options = { ...short, load, served: () => 0, warmUpRequests: 0 }
    const result = captureTime(program, { ...options, prefer: 'cpu-prof' })
    await expect(result).rejects.toThrow(/idle/)
    expect(isRunning(pid())).toBe(false)
  })

  test('the stage does not start', async () => {
    const result = captureTime(stageProgram({ id: 'stage99' }), {
      ...short,
      load,
      prefer: 'cpu-prof',
    })
    await expect(result).rejects.toThrow(/stage99 did not start/)
  })
})

test('without perf the way round is taken, and said', async () => {
  const path = process.env.PATH
  process.env.PATH = ''
  try {
    const capture = await captureTime(program, { ...short, load })
    expect(capture.route.source).toBe('cpu-prof')
    expect(capture.route.why).toMatch(/^no perf: /)
  } finally {
    process.env.PATH = path
  }
})
