/** How many instructions a stage needs per request: under callgrind, so never timed. */
import { join } from 'node:path'
import { startLoad, type TestName, type Workload } from '../load/control.ts'
import { callgrindWords, countInstructions, whyNoCallgrind } from '../measure/callgrind.ts'
import { type Emit, step } from '../run/events.ts'
import { makeScratch } from '../run/scratch.ts'
import { startStage } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { explainFailure } from './targets.ts'

export interface Instructions {
  test: TestName
  /** Requests of each window. */
  requests: number
  /** Per request, by the main thread in user mode; a figure for each window. */
  windows: number[]
}

/** Programs start 30 times slower under callgrind; on a busy machine that is minutes, ms. */
const START_TIMEOUT_MS = 300_000
/** The server may be silent for as long, ms. */
const SILENCE_MS = 120_000
const WINDOWS = 3
const REQUESTS = 1000
/** V8 optimizes by the number of calls: stage 4 needs 15,000 instructions warm and 35,000 cold. */
const WARM_UP = { requests: 10_000, seconds: 120 }

/**
 * Counts over three windows of requests on connections that stay open, after a warm-up.
 * @throws LabError if valgrind is missing, or the stage fails under it
 */
export async function instructionsOf(
  stage: Stage,
  workload: Workload,
  tests: readonly TestName[],
  emit: Emit,
): Promise<Instructions[]> {
  const missing = await whyNoCallgrind()
  if (missing !== undefined) throw missing
  const scratch = await makeScratch()
  const out = join(scratch.dir, 'callgrind')
  try {
    emit(step(`${stage.id}: starting under callgrind, some 10 s on a quiet machine`))
    const server = await startStage(stage, {
      under: callgrindWords(out),
      timeoutMs: START_TIMEOUT_MS,
    })
    const failed = (failure: unknown) => explainFailure(failure, server, server, 'under callgrind')
    try {
      const few = { ...workload, clients: Math.min(10, workload.clients) }
      const load = await startLoad(server, few, { silenceMs: SILENCE_MS })
      try {
        await load.fill()
        const results: Instructions[] = []
        for (const test of tests) {
          await warmUpByCalls(stage, test, load, emit)
          const windows: number[] = []
          for (let window = 1; window <= WINDOWS; window++) {
            const text = `${stage.id}: counting ${test.toUpperCase()}, window ${window} of ${WINDOWS}`
            emit(step(text))
            const counting = await countInstructions(server.pid, out)
            let count = 0
            await load.run(
              { test, requests: REQUESTS },
              ({ share }) => emit({ type: 'progress', share }),
              async () => {
                count = await counting.end()
              },
            )
            windows.push(count / REQUESTS)
          }
          results.push({ test, requests: REQUESTS, windows })
        }
        return results
      } finally {
        await load.stop()
      }
    } catch (failure) {
      throw await failed(failure)
    } finally {
      await server.stop()
    }
  } finally {
    await scratch.remove()
  }
}

async function warmUpByCalls(
  stage: Stage,
  test: TestName,
  load: Awaited<ReturnType<typeof startLoad>>,
  emit: Emit,
): Promise<void> {
  emit(step(`${stage.id}: warming up ${test.toUpperCase()}`))
  const began = performance.now()
  for (let done = 0; done < WARM_UP.requests; ) {
    const share = done / WARM_UP.requests
    emit({ type: 'progress', share })
    const seconds = (performance.now() - began) / 1000
    if (seconds > WARM_UP.seconds) return
    done += (await load.run({ test, requests: 500 })).requests
  }
}
