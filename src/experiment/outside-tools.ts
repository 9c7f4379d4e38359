/** 0x and clinic's tools on a stage, under the lab's load, each with a page of its own. */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CpuTime, mainThreadTime, spent } from '../flame/accounting.ts'
import {
  type OutsideTool,
  runTool,
  type ToolRun,
  titleOf,
  zeroXOutput,
} from '../flame/outside-tool.ts'
import { relativeTo } from '../flame/relative-to.ts'
import type { FrameTree } from '../flame/tree.ts'
import { type ZeroXTick, zeroXTicksTree } from '../flame/zerox-ticks.ts'
import { type Load, startLoad, type TestName, type Workload } from '../load/control.ts'
import { LabError } from '../run/lab-error.ts'
import { directoryOf, labRoot } from '../run/server.ts'
import { rolesOfStages, type Stage } from '../stages.ts'
import { TURN } from './loads.ts'
import { keepResults } from './results.ts'

export interface ToolPlan {
  workload: Workload
  tests: readonly TestName[]
  /** Of recorded load, in seconds. */
  seconds: number
  /** Of load before that, which only 0x can leave out of its page; in seconds. */
  warmUpSeconds: number
}

/** The page, relative to the checkout, or why there is none. */
export type ToolResult =
  | { tool: OutsideTool; stage: string; page: string; bytes: number; cpu: CpuTime | undefined }
  | { tool: OutsideTool; stage: string; skipped: string }

/** What a reader must know of each page: none of them says it itself. */
export const toolCautions: Record<OutsideTool, (stage: Stage) => string> = {
  '0x': ({ id }) =>
    `0x sees JavaScript and what it calls: read(2), epoll and libuv are missing, and what is left is called 100 %. Its ticks go by the wall clock, so write(2) stands for waiting too. All of it: npm run flame -- ${id}`,
  doctor: () => 'It judges a web service: what it calls an issue may be how a busy server looks.',
  flame: ({ id }) =>
    `It sees JavaScript only: time in read(2), epoll and libuv is missing, and what is left is called 100 %. All of it: npm run flame -- ${id}`,
  heapprofiler: ({ id }) =>
    `It sees what is alive at the end, not what became garbage: npm run flame -- ${id} --alloc does.`,
  bubbleprof: () => 'It sees waiting, not work: of a server in one process it has little to say.',
}

/** What each page holds if the server was seen, and does not hold without a server in it. */
const traces: Record<OutsideTool, (stage: Stage) => RegExp> = {
  '0x': ({ id }) => new RegExp(`${id}/\\w+\\.ts`), // a `.ts` frame
  doctor: () => /"loopUtilization":[\d.]+/, // a sample
  flame: ({ id }) => new RegExp(`${id}/`), // a `.ts` frame
  heapprofiler: () => /"name":"\S+ (node:internal|file:)/, // a frame
  bubbleprof: () => /"type":"TCPSERVERWRAP"/, // the listening socket
}

/** Longest wait for a server to listen, and for a page to be drawn, ms: ten times what they take. */
const timeout = { start: 20_000, draw: 120_000 }

/**
 * Longest load, in seconds. bubbleprof writes a line for every callback, which with stage1 is one
 * for every byte: four seconds of that make a page of 27 MB.
 */
const longest: Partial<Record<OutsideTool, number>> = { bubbleprof: 1.5 }

/** Between the server's start and the moment from which 0x counts, in seconds; about. */
const START = 0.6

/**
 * Runs a tool and keeps its page in profiles/local.
 * @throws LabError if the stage or the load fails; a tool that fails is skipped
 */
export async function runToolOn(
  tool: OutsideTool,
  stage: Stage,
  plan: ToolPlan,
  onStep: (text: string) => void,
): Promise<ToolResult> {
  const name = titleOf(tool).replace(' ', '-')
  const file = `${name}.html`
  let directory = ''
  const outcome = await run(tool, stage, plan, onStep, async (page) => {
    directory = await keepResults(`${name}-${stage.id}`, (draft) =>
      copyFile(page, join(draft, file)),
    )
  })
  if ('skipped' in outcome) return { tool, stage: stage.id, skipped: outcome.skipped }
  const { bytes, cpu } = outcome
  return { tool, stage: stage.id, page: join(directory, file), bytes, cpu }
}

/**
 * What 0x itself sampled of a stage, as a tree; its page is thrown away.
 * @throws LabError if 0x, the stage or the load fails
 */
export async function zeroXTree(
  stage: Stage,
  plan: ToolPlan,
  onStep: (text: string) => void,
): Promise<FrameTree> {
  let ticks: ZeroXTick[] = []
  const outcome = await run('0x', stage, plan, onStep, async (_page, worked) => {
    ticks = JSON.parse(await readFile(join(worked, zeroXOutput.ticks), 'utf8')) as ZeroXTick[]
  })
  if ('skipped' in outcome) throw new LabError(outcome.skipped)
  return zeroXTicksTree(ticks, {
    windowSeconds: plan.seconds,
    place: relativeTo(labRoot),
    roles: rolesOfStages,
  })
}

async function run(
  tool: OutsideTool,
  stage: Stage,
  plan: ToolPlan,
  onStep: (text: string) => void,
  keep: ToolRun['keep'],
): Promise<{ skipped: string } | { bytes: number; cpu: CpuTime | undefined }> {
  const seconds = Math.min(plan.seconds, longest[tool] ?? Number.POSITIVE_INFINITY)
  const warmUpSeconds = tool === '0x' ? plan.warmUpSeconds : 0
  let cpu: CpuTime | undefined
  const outcome = await runTool(
    {
      tool,
      name: stage.id.replaceAll('/', '-'),
      script: join(directoryOf(stage.id), 'main.ts'),
      args: ['--port', '0'],
      trace: traces[tool](stage),
      warmUpSeconds: warmUpSeconds + START,
      load: async (target) => {
        const load = await startLoad(target, plan.workload)
        try {
          await load.fill()
          await inTurns(load, plan.tests, warmUpSeconds)
          const before = await mainThreadTime(target.pid)
          await inTurns(load, plan.tests, seconds)
          cpu = spent(before, await mainThreadTime(target.pid))
        } finally {
          await load.stop()
        }
      },
      keep,
      timeout,
    },
    onStep,
  )
  return outcome.kind === 'skipped' ? { skipped: outcome.reason } : { bytes: outcome.bytes, cpu }
}

async function inTurns(load: Load, tests: readonly TestName[], seconds: number): Promise<void> {
  const rounds = Math.ceil(seconds / tests.length / TURN)
  for (let round = 0; round < rounds; round++) {
    for (const test of tests) await load.run({ test, seconds: seconds / tests.length / rounds })
  }
}
