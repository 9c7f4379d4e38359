/** Measures the points of an experiment in which one figure is varied. */
import { defaultWorkload, type Workload } from '../load/workload.ts'
import { readMachine, watchMachineLoad } from '../measure/machine.ts'
import { coreShareOf } from '../measure/machine-load.ts'
import { type Emit, withSecondsLeft } from '../run/events.ts'
import { type RunningServer, startStage } from '../run/server.ts'
import { benchmark } from './benchmark.ts'
import { type Variation, type Varied, type VariedPoint, valueText } from './variations.ts'

/** Of each point, in seconds: the longest warm-up, and the counted run. */
const lengths = { warmUp: 1.5, run: 1.5 }
/** To start a server and to connect, about. */
const BESIDES = 0.8

/**
 * Measures each value once, on a new server.
 * @param values of those that the experiment has
 * @throws LabError if the stage does not start, or answers wrongly
 */
export async function vary(
  variation: Variation,
  values: readonly number[],
  onEvent: Emit,
): Promise<Varied> {
  const each = 0.6 * lengths.warmUp + lengths.run + BESIDES
  const emit = withSecondsLeft(onEvent, values.length * each)
  const at = new Date().toISOString()
  const load = watchMachineLoad()
  const points: VariedPoint[] = []
  for (const value of values) {
    const server = await startVaried(variation, value)
    try {
      const named = { ...server, name: `${variation.stage}, ${valueText(variation, value)}` }
      const [run] = await benchmark(
        named,
        {
          workload: workloadOf(variation, value),
          tests: [variation.test],
          tool: 'lab',
          length: { seconds: lengths.run },
          warmUpSeconds: lengths.warmUp,
        },
        emit,
      )
      const { requests, requestsPerSecond, client } = run!.summary
      points.push({ value, summary: { requests, requestsPerSecond, client }, server: run!.server })
    } finally {
      await server.stop()
    }
  }
  const machine = readMachine()
  return {
    format: 1,
    variation: variation.id,
    at,
    machine,
    load: load(coreShareOf(points)),
    points,
  }
}

function workloadOf({ id }: Variation, value: number): Workload {
  return id === 'pipeline' ? { ...defaultWorkload, pipeline: value } : defaultWorkload
}

/** Starts the stage as the experiment wants it. */
export function startVaried({ id, stage }: Variation, value: number): Promise<RunningServer> {
  const nodeFlags = id === 'receive-buffer' ? ['--import', withBuffer(stage, value)] : []
  return startStage({ id: stage }, { nodeFlags })
}

/**
 * Loaded before a stage: its reader gets a buffer of another size. The constant is changed as the file
 * is loaded, which keeps a switch out of the code that a learner reads.
 */
function withBuffer(stage: string, bytes: number): string {
  return `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
const usual = 'Buffer.alloc(8 * 1024)'
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith('/stages/${stage}/reader.ts')) return loaded
    const parts = Buffer.from(loaded.source).toString('utf8').split(usual)
    if (parts.length !== 2) throw new Error('${stage}/reader.ts must have one ' + usual)
    return { ...loaded, source: parts.join('Buffer.alloc(${bytes})') }
  },
})`)}`
}
