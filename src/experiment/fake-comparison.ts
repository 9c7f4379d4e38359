/** A comparison with figures that are known, for the tests of all that reads one. */
import type { Summary } from '../load/summary.ts'
import { defaultWorkload, type TestName } from '../load/workload.ts'
import { counters, type Readings, withoutSource } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import type { Comparison, ComparisonPlan, HeapRun, MeasuredRun, Run } from './comparison.ts'
import { tabulate } from './tabulate.ts'

/** What a target does in a round. */
export interface FakeFigures {
  /** Requests per second. */
  rate: number
  /** µs per request; null if it cannot be counted. */
  cpu: number | null
  /** Share of a core that the client takes; null if it is not known. */
  busy: number | null
}

export type Fake = (target: string, workload: number, round: number, test: TestName) => FakeFigures

export const fakeMachine: Machine = {
  cpu: 'Some <fast> CPU',
  cores: 2,
  memoryBytes: 8e9,
  os: 'Debian',
  kernel: 'Linux 6.1.0',
  arch: 'x64',
  node: '26.10.0',
  v8: '14.6',
  commit: 'a'.repeat(40),
  dirty: false,
}

/** Rounds of redis, stage1 and stage4 (and stage4 again), unless the plan says otherwise. */
export function fakeComparison(fake: Fake, changes: Partial<ComparisonPlan> = {}): Comparison {
  const twin = { name: 'stage4 again', of: 'stage4' }
  const plan: ComparisonPlan = {
    targets: ['redis', 'stage1', 'stage4'].map((name) => ({ name, server: name })),
    workloads: [defaultWorkload],
    tests: ['set'],
    tool: 'lab',
    rounds: 7,
    seconds: 1,
    warmUpSeconds: 1,
    baseline: 'redis',
    sweep: null,
    notes: [],
    ...changes,
  }
  const targets = [...plan.targets, { name: twin.name, server: twin.of }]
  const runs: Run[] = []
  const heap: HeapRun[] = []
  for (const [workload, load] of plan.workloads.entries()) {
    for (const test of plan.tests) {
      for (const { name } of targets) {
        for (let round = 1; round <= plan.rounds; round++) {
          const { rate, cpu, busy } = fake(name, workload, round, test)
          const summary = fakeSummary(rate, busy, test)
          const own = { target: name, workload, round, turn: 1 }
          runs.push({
            ...own,
            summary: { ...summary, ...load, tool: plan.tool },
            ...fakeServer(cpu),
          })
        }
        if (name === twin.name) continue
        const readings =
          name === 'redis'
            ? withoutSource('heap', 'Redis is written in C: it has no JavaScript heap')
            : { heapBytes: { value: 1234 }, gcPauses: { value: 5e-4 }, gcTime: { value: 3e-4 } }
        heap.push({ target: name, workload, test, heap: readings })
      }
    }
  }
  const full = { ...plan, targets }
  return {
    format: 1,
    kind: 'comparison',
    at: '2026-01-02T03:04:05.678Z',
    machine: fakeMachine,
    load: { before: 0, after: 1, coreShare: 1 },
    plan: full,
    twin,
    tables: tabulate(full, twin, runs, { heap }),
    heap,
    runs,
  }
}

function fakeSummary(rate: number, busy: number | null, test: TestName): Summary {
  const ms = 50_000 / rate
  return {
    ...defaultWorkload,
    tool: 'lab',
    test,
    requests: rate,
    seconds: 1,
    requestsPerSecond: rate,
    latency: { avg: ms, min: ms / 2, p50: ms, p95: ms * 2, p99: ms * 4, max: ms * 10 },
    percentiles:
      busy === null
        ? null
        : [
            { percent: 0, ms: ms / 2 },
            { percent: 1, ms: ms / 2 },
            { percent: 50, ms },
            { percent: 99, ms: ms * 4 },
            { percent: 100, ms: ms * 10 },
          ],
    client: busy === null ? null : { userMicros: 1, systemMicros: 1, busy },
    repliesChecked: true,
  }
}

/** A quarter of the CPU time in user mode, one of each of the others. */
function fakeServer(cpu: number | null): Pick<MeasuredRun, 'server' | 'ticks'> {
  if (cpu === null) {
    const missing = 'not counted here'
    return { server: withoutSource('process', missing), ticks: { missing } }
  }
  const source = 'process'
  const ones: Readings = Object.fromEntries(
    counters.filter((one) => one.source === source).map(({ id }) => [id, { value: 1 }]),
  )
  return {
    server: {
      ...ones,
      cpu: { value: cpu },
      user: { value: cpu / 4 },
      kernel: { value: (cpu * 3) / 4 },
      residentBytes: { value: 90e6 },
    },
    ticks: { value: { user: 25, kernel: 75 } },
  }
}

/** Targets of these requests per second, with CPU to match; hardly a round differs from another. */
export function calmFake(rates: Record<string, number>): Fake {
  return (name, _workload, round) => {
    const rate = rates[name.replace(' again', '')]!
    return {
      rate: rate * jitter(name, round),
      cpu: (640_000 / rate) * jitter(`${name}c`, round),
      busy: 0.5,
    }
  }
}

/** Differs by up to 1 % from round to round, in a fixed way; about 1. */
export function jitter(name: string, round: number): number {
  let hash = round * 2654435761
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x5bd1e995)
  return 1 + ((hash >>> 8) % 2001) / 100_000 - 0.01
}
