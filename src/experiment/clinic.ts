/** clinic's tools on a stage, under the lab's load. */
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ClinicTool, runClinic } from '../flame/clinic.ts'
import { type Address, startLoad, type TestName, type Workload } from '../load/control.ts'
import { directoryOf } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { keepResults } from './results.ts'

export interface ClinicPlan {
  workload: Workload
  tests: readonly TestName[]
  /** Of load, in seconds. */
  seconds: number
}

/** The page, relative to the checkout, or why there is none. */
export type ClinicResult =
  | { tool: ClinicTool; stage: string; page: string; bytes: number }
  | { tool: ClinicTool; stage: string; skipped: string }

/** What a reader must know of each page: none of them says it itself. */
export const clinicCautions: Record<ClinicTool, (stage: Stage) => string> = {
  doctor: () => 'It judges a web service: what it calls an issue may be how a busy server looks.',
  flame: ({ id }) =>
    `It sees JavaScript only: time in read(2), epoll and libuv is missing, and what is left is called 100 %. All of it: npm run flame -- ${id}`,
  heapprofiler: ({ id }) =>
    `It sees what is alive at the end, not what became garbage: npm run flame -- ${id} --alloc does.`,
  bubbleprof: () => 'It sees waiting, not work: of a server in one process it has little to say.',
}

/** What each page holds if the server was seen, and does not hold without a server in it. */
const traces: Record<ClinicTool, (stage: Stage) => RegExp> = {
  doctor: () => /"loopUtilization":[\d.]+/, // a sample
  flame: ({ id }) => new RegExp(`${id}/`), // a `.ts` frame
  heapprofiler: () => /"name":"\S+ (node:internal|file:)/, // a frame
  bubbleprof: () => /"type":"TCPSERVERWRAP"/, // the listening socket
}

/** Longest wait for a server to listen, and for a page to be drawn, ms: ten times what they take. */
const patience = { start: 20_000, draw: 120_000 }

/**
 * Longest load, in seconds. bubbleprof writes a line for every callback, which with stage1 is one
 * for every byte: four seconds of that make a page of 27 MB.
 */
const longest: Record<ClinicTool, number> = {
  doctor: Number.POSITIVE_INFINITY,
  flame: Number.POSITIVE_INFINITY,
  heapprofiler: Number.POSITIVE_INFINITY,
  bubbleprof: 1.5,
}

/**
 * Runs a tool and keeps its page in profiles/local.
 * @throws LabError where the stage or the load fails; a tool that fails is skipped
 */
export async function clinicOn(
  tool: ClinicTool,
  stage: Stage,
  plan: ClinicPlan,
  onStep: (text: string) => void,
): Promise<ClinicResult> {
  const file = `clinic-${tool}.html`
  let directory = ''
  const outcome = await runClinic(
    {
      tool,
      name: stage.id.replaceAll('/', '-'),
      script: join(directoryOf(stage.id), 'main.ts'),
      args: ['--port', '0'],
      trace: traces[tool](stage),
      load: (target) =>
        loadFor(target, { ...plan, seconds: Math.min(plan.seconds, longest[tool]) }),
      keep: async (page) => {
        const what = `clinic-${tool}-${stage.id}`
        directory = await keepResults(what, (draft) => copyFile(page, join(draft, file)))
      },
      patience,
    },
    onStep,
  )
  if (outcome.kind === 'skipped') return { tool, stage: stage.id, skipped: outcome.reason }
  return { tool, stage: stage.id, page: join(directory, file), bytes: outcome.bytes }
}

async function loadFor(target: Address, { workload, tests, seconds }: ClinicPlan): Promise<void> {
  const load = await startLoad(target, workload)
  try {
    await load.fill()
    for (const test of tests) await load.run({ test, seconds: seconds / tests.length })
  } finally {
    await load.stop()
  }
}
