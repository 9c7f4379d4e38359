/**
 * Profiles the load generator, as somebody does who gives a profiler the wrong process id of two
 * that are both called `node`. It is started here, and not by `startLoad`, because V8 must be told
 * to write down what its code is called.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { perfNodeFlags, perfTree, recordPerf } from '../flame/perf.ts'
import { probePerf } from '../flame/perf-probe.ts'
import { makeScratch } from '../flame/scratch.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { Answer, Order } from '../load/messages.ts'
import type { Address, TestName, Workload } from '../load/workload.ts'
import { startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

const generator = fileURLToPath(new URL('../load/process.ts', import.meta.url))

/**
 * Loads a server and records the process that loads it.
 * @param seconds length of the recorded window
 * @throws LabError without perf, or where the load fails
 */
export async function profileLoad(
  { host, port }: Address,
  workload: Workload,
  test: TestName,
  seconds: number,
): Promise<FrameTree> {
  const probe = await probePerf()
  if (!probe.usable || !probe.kernel) {
    throw new LabError(`this one is recorded with perf: ${probe.why}`, {
      next: probe.remedy ?? 'npm run doctor',
    })
  }
  const scratch = await makeScratch()
  const logFile = join(scratch.dir, 'v8.log')
  const file = join(scratch.dir, 'perf.data')
  const child = startChild(process.execPath, [...perfNodeFlags(logFile), generator], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(child, 'exit')
  const give = async (order: Order) => {
    const heard = once(child, 'message') as Promise<[Answer]>
    child.send(order, () => {})
    const first = await Promise.race([heard, ended.then(() => undefined)])
    if (first === undefined) throw new LabError('the load generator ended')
    if (first[0].kind === 'failed') throw new LabError(first[0].failure.happened)
  }
  const run = (length: number) =>
    give({ kind: 'run', request: { test, seconds: length }, progress: false })
  try {
    await give({ kind: 'open', target: { host, port }, workload, silenceMs: 10_000 })
    await give({ kind: 'fill' })
    await run(2)
    const running = run(seconds + 3)
    const { windowSeconds } = await recordPerf({
      pid: child.pid!,
      file,
      during: () => delay(seconds * 1000),
    })
    await running
    // V8 writes the last of its log when the process ends, which it does without its channel.
    child.disconnect()
    await ended
    return await perfTree({ file, logFile, windowSeconds, checkout: labRoot, kernel: true })
  } finally {
    await stopChild(child)
    await scratch.remove()
  }
}
