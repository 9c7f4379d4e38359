/** 0x and clinic's tools on a program, under a load, each with its own page. */
import { copyFile, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
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
import { LabError } from '../run/lab-error.ts'
import { type Program, stageProgram } from '../run/program.ts'
import { directoryOf } from '../run/server.ts'
import { rolesOfStages, type Stage } from '../stages.ts'
import type { EntryProgram } from './entry.ts'
import type { LoadPlan } from './loads.ts'
import { keepResults } from './results.ts'

/** A program as a tool starts it. */
export interface ToolSubject {
  program: Program
  /** The command that shows all of it. */
  flame: string
  /** Absolute. */
  script: string
  /** Options of Node, e.g. a loader. */
  words: readonly string[]
  args: readonly string[]
  /** Where it works; undefined: in a scratch directory. */
  directory: string | undefined
  /** Found in a page that shows its functions. */
  trace: RegExp
}

export function stageSubject(stage: Stage): ToolSubject {
  const { id } = stage
  return {
    program: stageProgram(stage),
    flame: `npm run flame -- ${id}`,
    script: join(directoryOf(id), 'main.ts'),
    words: [],
    args: ['--port', '0'],
    directory: undefined,
    trace: new RegExp(`${id}/\\w+\\.ts`), // a `.ts` frame
  }
}

/** @param flame the command that shows all of it */
export function entrySubject(entry: EntryProgram, flame: string): ToolSubject {
  const { file, words, args } = entry.script
  const trace = new RegExp(RegExp.escape(basename(file)))
  return { program: entry, flame, script: file, words, args, directory: entry.root, trace }
}

export interface ToolPlan {
  load: LoadPlan
  /** Of recorded load, in seconds. */
  seconds: number
  /** Of load before that, which only 0x can leave out of its page; in seconds. */
  warmUpSeconds: number
}

/** The page, relative to the checkout, or why there is none. */
export type ToolResult =
  | ({ tool: OutsideTool; program: string; page: string; bytes: number } & ToolWindow)
  | { tool: OutsideTool; program: string; skipped: string }

/** What was counted while the tool recorded. */
export interface ToolWindow {
  cpu: CpuTime | undefined
  requests: number | undefined
}

/** What a reader must know of each page: none of them says it itself. */
export const toolCautions: Record<OutsideTool, (subject: ToolSubject) => string> = {
  '0x': ({ flame }) =>
    `0x sees JavaScript and what it calls: read(2), epoll and libuv are missing, and what is left is called 100 %. Its ticks go by the wall clock, so write(2) stands for waiting too. All of it: ${flame}`,
  doctor: () => 'It judges a web service: what it calls an issue may be how a busy server looks.',
  flame: ({ flame }) =>
    `It sees JavaScript only: time in read(2), epoll and libuv is missing, and what is left is called 100 %. All of it: ${flame}`,
  heapprofiler: ({ flame }) =>
    `It sees what is alive at the end, not what became garbage: ${flame} --alloc does.`,
  bubbleprof: ({ program }) =>
    program.grouping === 'layers'
      ? 'It sees waiting, not work: its largest bubbles are what the requests waited for.'
      : 'It sees waiting, not work: of a server in one process it has little to say.',
}

/** What each page holds if the server was seen, and does not hold without a server in it. */
const traces: Record<OutsideTool, (subject: ToolSubject) => RegExp> = {
  '0x': ({ trace }) => trace,
  doctor: () => /"loopUtilization":[\d.]+/, // a sample
  flame: ({ trace }) => trace,
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
 * @throws LabError if the program or the load fails; a tool that fails is skipped
 */
export async function runToolOn(
  tool: OutsideTool,
  subject: ToolSubject,
  plan: ToolPlan,
  onStep: (text: string) => void,
): Promise<ToolResult> {
  const name = titleOf(tool).replace(' ', '-')
  const file = `${name}.html`
  const program = subject.program.name
  let directory = ''
  const outcome = await run(tool, subject, plan, onStep, async (page) => {
    directory = await keepResults(`${name}-${program.replaceAll('/', '-')}`, (draft) =>
      copyFile(page, join(draft, file)),
    )
  })
  if ('skipped' in outcome) return { tool, program, skipped: outcome.skipped }
  return { tool, program, page: join(directory, file), ...outcome }
}

/**
 * What 0x itself sampled of a program, as a tree; its page is thrown away.
 * @throws LabError if 0x, the program or the load fails
 */
export async function zeroXTree(
  subject: ToolSubject,
  plan: ToolPlan,
  onStep: (text: string) => void,
): Promise<{ tree: FrameTree } & ToolWindow> {
  let ticks: ZeroXTick[] = []
  const outcome = await run('0x', subject, plan, onStep, async (_page, worked) => {
    ticks = JSON.parse(await readFile(join(worked, zeroXOutput.ticks), 'utf8')) as ZeroXTick[]
  })
  if ('skipped' in outcome) throw new LabError(outcome.skipped)
  const tree = zeroXTicksTree(ticks, {
    windowSeconds: plan.seconds,
    place: relativeTo(subject.program.root),
    roles: rolesOfStages,
  })
  return { tree, cpu: outcome.cpu, requests: outcome.requests }
}

async function run(
  tool: OutsideTool,
  subject: ToolSubject,
  plan: ToolPlan,
  onStep: (text: string) => void,
  keep: ToolRun['keep'],
): Promise<{ skipped: string } | ({ bytes: number } & ToolWindow)> {
  const seconds = Math.min(plan.seconds, longest[tool] ?? Number.POSITIVE_INFINITY)
  const warmUpSeconds = tool === '0x' ? plan.warmUpSeconds : 0
  const counts: ToolWindow = { cpu: undefined, requests: undefined }
  const { script, words, args, directory } = subject
  const outcome = await runTool(
    {
      tool,
      name: subject.program.name.replaceAll('/', '-'),
      alone: subject.program.alone,
      ...{ script, words, args, directory },
      trace: traces[tool](subject),
      warmUpSeconds: warmUpSeconds + START,
      load: async (target) => {
        const { load, served } = plan.load.make()
        const [stop, underWay] = [new AbortController(), Promise.withResolvers<void>()]
        const loading = load?.(target, stop.signal, underWay.resolve) ?? Promise.resolve()
        try {
          if (load !== undefined) await Promise.race([underWay.promise, loading])
          await delay(warmUpSeconds * 1000)
          const before = await mainThreadTime(target.pid)
          const servedBefore = served?.()
          await delay(seconds * 1000)
          counts.cpu = spent(before, await mainThreadTime(target.pid))
          if (served !== undefined) counts.requests = served() - servedBefore!
        } finally {
          stop.abort()
          await loading
        }
      },
      keep,
      timeout,
    },
    onStep,
  )
  if (outcome.kind === 'skipped') return { skipped: outcome.reason }
  return { bytes: outcome.bytes, ...counts }
}
