import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import { captureAccounting, captureCpuProfile } from '../flame/capture.ts'
import { captureAllocations } from '../flame/capture-allocations.ts'
import { type FrameTree, TOO_FEW_SAMPLES, walk } from '../flame/tree.ts'
import { defaultWorkload } from '../load/workload.ts'
import { stageProgram } from '../run/program.ts'
import { labRoot } from '../run/server.ts'
import { respLoad } from './loads.ts'
import { underLoadOf } from './profile.ts'

vi.setConfig({ testTimeout: 60_000 })

const short = {
  load: respLoad({ ...defaultWorkload, clients: 10 }, ['set', 'get']),
  seconds: 0.6,
  warmUpSeconds: 0.8,
} as const

/** Recorded for longer, if need be, until there are samples enough for shares to mean something. */
async function recorded<T extends { tree: FrameTree }>(
  record: (seconds: number) => Promise<T>,
): Promise<T> {
  for (let seconds = 0.6; ; seconds *= 2) {
    const capture = await record(seconds)
    if (capture.tree.samples >= TOO_FEW_SAMPLES) return capture
  }
}

test('who allocates in stage 3: the views of the parser, in bytes per request', async () => {
  const steps: string[] = []
  const program = stageProgram({ id: 'stage3' })
  const { tree, shares, check } = await recorded((seconds) =>
    captureAllocations(
      program,
      underLoadOf(program, { ...short, seconds }, (text) => steps.push(text)),
    ),
  )
  expect(steps).toContain('stage3: recording over the inspector')
  expect(tree.requests).toBeGreaterThan(100)
  // Three views and their list for a SET, two for a GET, and the reply: some hundred bytes at least,
  // and no buffer of kilobytes for each.
  const each = tree.root.total / tree.requests!
  expect(each).toBeGreaterThan(200)
  expect(each).toBeLessThan(8000)
  const names = new Set<string>()
  walk(tree.root, ({ name, file }) => names.add(`${file} ${name}`))
  expect([...names]).toEqual(
    expect.arrayContaining([
      'stages/stage3/connection.ts executeAll',
      'stages/stage3/parser.ts takeViews',
      'stages/stage3/replies.ts send',
    ]),
  )
  // Some hundred samples are good to a few percent; a tenth is what the output calls agreement.
  expect(check.countedBytes).toBeGreaterThan(0)
  expect(check.sampledBytes / check.countedBytes!).toBeGreaterThan(0.6)
  expect(check.sampledBytes / check.countedBytes!).toBeLessThan(1.6)
  expect(shares.byRole.parse).toBeGreaterThan(0.2)
  expect(shares.byRole.reply).toBeGreaterThan(0)
  expect(JSON.stringify(tree)).not.toContain(labRoot)
})

test('the CPU profile of stage 1 calls reading idle', async () => {
  const program = stageProgram({ id: 'stage1' })
  const { shares, cpu } = await recorded((seconds) =>
    captureCpuProfile(
      program,
      underLoadOf(program, { ...short, seconds }, () => {}),
    ),
  )
  expect(Object.values(shares.byRole).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
  expect(shares.byRole.read).toBe(0)
  expect(shares.byRole.unseen).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(cpu!.user + cpu!.system).toBeGreaterThan(0)
})

test('a load that starts late is waited for: the warm-up counts from its first replies', async () => {
  // A preload that holds up the load's process, and no other, for longer than warm-up and window.
  const directory = mkdtempSync(join(tmpdir(), 'lab-late-'))
  const preload = join(directory, 'late.mjs')
  const hold = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)'
  writeFileSync(preload, `if (process.argv[1]?.endsWith('load/process.ts')) ${hold}\n`)
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(preload)}`
  try {
    const served: number[] = []
    const program = stageProgram({ id: 'stage4' })
    const options = underLoadOf(program, { ...short, seconds: 0.3 }, () => {})
    const window = await captureAccounting(program, {
      ...options,
      ...{ warmUpSeconds: 0.2, warmUpRequests: 1000 },
      onProgress: () => served.push(options.served!()),
    })
    const [waiting, warmingUp, recording] = served as [number, number, number]
    expect(waiting).toBe(0)
    expect(warmingUp).toBeGreaterThan(0)
    expect(recording).toBeGreaterThanOrEqual(warmingUp + 1000)
    expect(window.requests).toBeGreaterThan(0)
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
    rmSync(directory, { recursive: true })
  }
})
