import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Profilers } from '../experiment/profilers.ts'
import type { Capture } from '../flame/capture.ts'
import { type Role, roles, type Shares } from '../flame/roles.ts'
import { type FrameTree, growTree } from '../flame/tree.ts'
import { findStage } from '../stages.ts'
import { disagreements, gcShare, profilersScreen } from './profilers-report.ts'

function sharesOf(some: Partial<Record<Role, number>>, kernel = 0): Shares {
  const none = Object.fromEntries(roles.map((role) => [role, 0])) as Record<Role, number>
  return { byRole: { ...none, ...some }, kernelByRole: none, kernel, certain: true, grouped: [] }
}

const tree = (windowSeconds: number): FrameTree => ({
  format: 1,
  source: 'cpu-prof',
  method: '',
  unit: { counts: 'samples', worth: 1000, of: 'µs' },
  windowSeconds,
  samples: 1000,
  blind: [],
  quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
  root: growTree([]),
})

const capture = (shares: Shares, systemShare = 0.6): Capture => ({
  program: 'stage1',
  tree: tree(4),
  shares,
  route: { source: 'perf', why: '', remedy: undefined },
  cpu: undefined,
  check: {
    kernelShare: shares.kernel,
    systemShare,
    sampled: 1,
    accounted: 1,
    agrees: Math.abs(shares.kernel - systemShare) <= 0.06,
    text: 'kernel: 20 % of the samples, 60 % of the accounted time: they do not agree',
  },
})

const accounting = {
  windowMs: 4000,
  process: { user: 1.8e6, system: 2.3e6 },
  gc: { count: 40, ms: 40 },
  eventLoopUtilization: 0.98,
  cpu: { user: 1.6e6, system: 2.3e6 },
  requests: 10_000,
}

const all = (more: Partial<Profilers> = {}): Profilers => ({
  perf: { value: capture(sharesOf({ read: 0.5, reply: 0.15, parse: 0.08, GC: 0.01 }, 0.61)) },
  remedy: undefined,
  zeroX: { value: { tree: tree(4), shares: sharesOf({ reply: 0.82, parse: 0.06 }) } },
  cpuProfile: {
    value: {
      tree: tree(4),
      shares: sharesOf({ unseen: 0.8, reply: 0.15, GC: 0.01 }),
      cpu: { user: 1.6e6, system: 2.3e6 },
    },
  },
  accounting: { value: accounting },
  machineLoad: { before: 0, after: 1, coreShare: 1 },
  ...more,
})

const screen = (profilers: Profilers) =>
  stripVTControlCharacters(profilersScreen(findStage('1')!, profilers, 'SET'))

test('side by side, within 80 columns', () => {
  const text = screen(all())
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).toMatch(/^read +50 % +0 % +0 %$/m)
  expect(text).toMatch(/^GC +1 % +0 % +1 % +1\.0 %$/m)
  expect(text).toMatch(/^in the kernel +61 % +- +- +59 %$/m)
})

test('a sentence on each disagreement, and on what agrees', () => {
  const texts = disagreements(all()).join('\n')
  expect(texts).toMatch(/^Kernel: .*they agree/m)
  expect(texts).toMatch(/^read: 50 % by perf, 0 % by 0x/m)
  expect(texts).toMatch(/^reply: 82 % by 0x, 15 % by perf/m)
  expect(texts).not.toMatch(/^(parse|other):/m) // at most two points apart
  expect(texts).toMatch(/^idle: --cpu-prof calls 80 % .* on a CPU for 98 %.*Node tells V8/m)
  expect(texts).toMatch(/^GC: the observer saw 40 pauses, 40\.0 ms, 1\.0 % .*perf 1 % \(agrees\)/m)
  expect(gcShare(accounting)).toBeCloseTo(0.04 / 3.9, 9)
})

test('what does not agree is said not to', () => {
  const busy = { ...accounting, eventLoopUtilization: 0.99, cpu: { user: 1e6, system: 1e6 } }
  const texts = disagreements(
    all({
      perf: { value: capture(sharesOf({ GC: 0.3 }, 0.2), 0.6) },
      accounting: { value: busy },
    }),
  ).join('\n')
  expect(texts).toMatch(/^Kernel: .*they do not agree/m)
  expect(texts).toMatch(/perf 30 % \(does not agree\)/)
  expect(texts).toMatch(/^Event loop: .*waited for a CPU/m)
})

test.each(['perf', 'zeroX', 'cpuProfile', 'accounting'] as const)(
  'without %s the other columns are there, and the reason',
  (column) => {
    const names = { perf: 'perf', zeroX: '0x', cpuProfile: '--cpu-prof', accounting: 'accounting' }
    const text = screen(
      all({ [column]: { missing: 'it failed after 60 s, the limit of the lab' } }),
    )
    expect(text).toContain(`No ${names[column]}: it failed after 60 s, the limit of the lab.`)
    const cells = text
      .split('\n')
      .find((line) => line.startsWith('GC'))!
      .match(/- *|[\d.]+ %/g)
    expect(cells).toHaveLength(4)
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  },
)

test('a busy machine is said to have been busy', () => {
  expect(screen(all())).not.toContain('busy')
  const text = screen(all({ machineLoad: { before: 9, after: 12, coreShare: 0.4 } }))
  expect(text.replaceAll('\n', ' ')).toMatch(
    /The machine was busy: load average 9\.0 before, 12\.0/,
  )
})
