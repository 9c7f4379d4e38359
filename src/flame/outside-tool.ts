/**
 * 0x and clinic's four tools around a server, each by its API, with the page that it draws. Each
 * gets an empty directory, a timeout, and a check of its page: they can hang, or fail without
 * an error.
 *
 * Only the tools' packages are installed: the `clinic` command has telemetry and looks for updates.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Address } from '../load/control.ts'
import { killGroup, startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { makeScratch } from '../run/scratch.ts'
import type { OutsideTool, ToolEvent, ToolOrder } from './outside-tool-process.ts'

export type { OutsideTool } from './outside-tool-process.ts'

export interface ToolRun {
  tool: OutsideTool
  /** What the server is called in errors. */
  name: string
  /** The command that starts it without the tool. */
  alone?: string
  /** The server's script, absolute, and its arguments. */
  script: string
  /** Options of Node. */
  words?: readonly string[]
  args: readonly string[]
  /** Where the server works; undefined: where the tool does, in a directory that is removed. */
  directory?: string | undefined
  /** What the page holds if the server was really seen; see `checkPage`. */
  trace: RegExp
  /** Puts load on the server; the tool records for as long as that takes. */
  load(target: Address & { pid: number }): Promise<void>
  /**
   * Copies the page to where it is to stay; called when it was found good.
   * @param directory in which the tool worked, with the files that it left
   */
  keep(page: string, directory: string): Promise<void>
  /** How long 0x throws away what it sampled, s. */
  warmUpSeconds?: number
  /** Longest wait until the server listens, and until the page is drawn, ms. */
  timeout: { start: number; draw: number }
}

/** A page, or why the tool could make none here. A tool that was skipped has shown nothing. */
export type ToolOutcome = { kind: 'drawn'; bytes: number } | { kind: 'skipped'; reason: string }

/** Where 0x leaves its files, below the directory in which it works. */
const zeroX = '0x'

export const zeroXOutput = { ticks: `${zeroX}/ticks.json` } as const

const program = fileURLToPath(new URL('./outside-tool-process.ts', import.meta.url))
const directoryPreload = new URL('./outside-tool-directory.ts', import.meta.url).href
const bubbleprofPreload = new URL('./outside-tool-bubbleprof.ts', import.meta.url).href
const preload = new URL('./outside-tool-preload.ts', import.meta.url).href

/** Less than that is a page without its script; the smallest that was ever drawn has 400 KB. */
const leastBytes = 100_000

/**
 * Runs one tool. When it resolves or rejects, no process and no file of it is left but the page.
 * @throws LabError if the server crashes or does not listen; what `load` and `keep` throw
 */
export async function runTool(run: ToolRun, onStep: (text: string) => void): Promise<ToolOutcome> {
  const { tool, name, timeout } = run
  const title = titleOf(tool)
  const scratch = await makeScratch()
  // The last part of the directory's name is what the pages call the application.
  const cwd = join(scratch.dir, name)
  await mkdir(cwd)
  const begun = Date.now()
  const child = startChild(process.execPath, [program], {
    cwd, // a node_trace.*.log of an earlier run would make doctor throw
    env: {
      ...process.env,
      NO_INSIGHT: '1',
      NO_UPDATE_NOTIFIER: '1',
      LAB_SERVER_DIRECTORY: run.directory ?? '',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const endGroup = () => killGroup(child)
  process.once('exit', endGroup)
  const events = listen(child)
  try {
    onStep(`${title}: starting ${name}`)
    const page = join(scratch.dir, 'page.html')
    // V8 opens its file of events later, when the server may work elsewhere already.
    const traceFile = `--trace-event-file-pattern=${cwd}/node_trace.\${rotation}.log`
    const inDirectory = run.directory === undefined ? [] : [traceFile, '--import', directoryPreload]
    const ends = tool === 'bubbleprof' ? ['--import', bubbleprofPreload] : []
    const words = ['--import', preload, ...ends, ...inDirectory, ...(run.words ?? [])]
    const argv = [process.execPath, ...words, run.script, ...run.args]
    const warmUpMs = (run.warmUpSeconds ?? 0) * 1000
    child.send(
      { tool, argv, page, scratch: scratch.dir, warmUpMs, zeroX } satisfies ToolOrder,
      () => {},
    )
    const first = await events.next(timeout.start)
    if (first.kind === 'missing') return skipped(`${title} is not installed: ${first.why}`)
    if (first.kind !== 'port') throw notListening(run, first, events.errorOutput())
    onStep(`${title}: load on ${name}`)
    await run.load({ host: '127.0.0.1', port: first.port, pid: first.pid })
    onStep(`${title}: drawing`)
    child.send('stop', () => {})
    for (const expected of ['collected', 'drawn'] as const) {
      const next = await events.next(timeout.draw)
      if (next.kind !== expected) return skipped(`${title} ${whatHappened(next, timeout.draw)}`)
    }
    const bytes = await checkPage(page, begun, run.trace)
    if (typeof bytes === 'string') return skipped(`${title} ${bytes}`)
    await run.keep(page, cwd)
    return { kind: 'drawn', bytes }
  } finally {
    endGroup()
    await stopChild(child, 'SIGKILL')
    process.removeListener('exit', endGroup)
    await scratch.remove()
  }
}

function skipped(reason: string): ToolOutcome {
  return { kind: 'skipped', reason }
}

type Happening = ToolEvent | { kind: 'ended'; how: string } | { kind: 'silent' }

function listen(child: ChildProcess) {
  const queue: Happening[] = []
  let wake = () => {}
  let errorOutput = ''
  const add = (event: Happening) => {
    queue.push(event)
    wake()
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-8192)
  })
  child.on('message', (event: ToolEvent) => add(event))
  child.once('error', (error) => add({ kind: 'ended', how: error.message }))
  child.once('exit', (code, signal) => add({ kind: 'ended', how: signal ?? `exit code ${code}` }))
  return {
    errorOutput: () => errorOutput.trim(),
    /** What happens next; `silent` if nothing does for so many milliseconds. */
    async next(ms: number): Promise<Happening> {
      if (queue.length === 0) {
        const timer = setTimeout(() => add({ kind: 'silent' }), ms)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        clearTimeout(timer)
      }
      return queue.shift()!
    },
  }
}

function notListening(
  { tool, name, alone = `npm run serve -- ${name}`, timeout }: ToolRun,
  event: Happening,
  errorOutput: string,
): LabError {
  const silent = event.kind === 'silent'
  const happened = silent
    ? `${name} did not listen within ${timeout.start / 1000} s under ${titleOf(tool)}`
    : `${name} ended before it listened, under ${titleOf(tool)}`
  return new LabError(errorOutput === '' ? happened : `${happened}:\n${errorOutput}`, {
    means: silent ? 'it hangs, or the machine is very busy' : 'it crashed at its start',
    next: `start it alone: ${alone}`,
  })
}

function whatHappened(event: Happening, ms: number): string {
  switch (event.kind) {
    case 'silent':
      return `did not come to an end within ${ms / 1000} s, the limit that the lab sets`
    case 'ended':
      return `ended by itself (${event.how}) and drew nothing`
    case 'failed':
      return `failed: ${event.why}`
    default:
      return `said '${event.kind}' out of turn`
  }
}

/**
 * Checks that a page is there, is new, and is not blank.
 * @param begun time of day in ms: older pages are of another run
 * @param trace what must be in it
 * @returns its length in bytes, or what is wrong with it
 */
export async function checkPage(
  page: string,
  begun: number,
  trace: RegExp,
): Promise<number | string> {
  try {
    const { size, mtimeMs } = await stat(page)
    // Some file systems keep whole seconds.
    if (mtimeMs < begun - 1000) return 'left an old page and drew none'
    if (size < leastBytes) return `drew a page of ${size} bytes, which holds nothing`
    if (!trace.test(await readFile(page, 'utf8'))) return `drew a page without ${trace} in it`
    return size
  } catch {
    return 'ended as if all were well and drew no page'
  }
}

/** `0x`, `clinic doctor`. */
export function titleOf(tool: OutsideTool): string {
  return tool === '0x' ? tool : `clinic ${tool}`
}
