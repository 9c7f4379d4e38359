/**
 * clinic's four tools around a server, by their API. None of them is trusted to end, or to tell
 * that it failed: they get a directory of their own, a time, and a check of what they drew.
 *
 * Only the packages of the tools are installed, not the `clinic` command: telemetry and its look for
 * updates are in the command alone.
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Address } from '../load/control.ts'
import { startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { type ClinicNews, type ClinicTool, clinicPackages } from './clinic-process.ts'
import { makeScratch } from './scratch.ts'

export type { ClinicTool } from './clinic-process.ts'

export const clinicTools = Object.keys(clinicPackages) as ClinicTool[]

export interface ClinicRun {
  tool: ClinicTool
  /** What the server is called in errors. */
  name: string
  /** The server's script, absolute, and its arguments; it listens on 127.0.0.1, on a free port. */
  script: string
  args: readonly string[]
  /** What the page holds if the server was really seen; see `checkPage`. */
  trace: RegExp
  /** Puts load on the server; the tool records for as long as that takes. */
  load(target: Address): Promise<void>
  /** Copies the page to where it is to stay; called once it was found good. */
  keep(page: string): Promise<void>
  /** Longest wait until the server listens, and until the page is drawn, ms. */
  patience: { start: number; draw: number }
}

/** A page, or why the tool could make none here. A tool that was skipped has shown nothing. */
export type ClinicOutcome = { kind: 'drawn'; bytes: number } | { kind: 'skipped'; reason: string }

const program = fileURLToPath(new URL('./clinic-process.ts', import.meta.url))
const preloads = ['./loopback.ts', './as-js.ts'].map((file) => new URL(file, import.meta.url).href)

/** Less than that is a page without its script; the smallest that was ever drawn has 400 KB. */
const leastBytes = 100_000

/**
 * Runs one tool. When it resolves or rejects, no process and no file of it is left but the page.
 * @throws LabError where the server crashes or does not listen; whatever `load` and `keep` throw
 */
export async function runClinic(
  run: ClinicRun,
  onStep: (text: string) => void,
): Promise<ClinicOutcome> {
  const { tool, name, patience } = run
  const scratch = await makeScratch()
  // The last part of the directory's name is what the pages call the application.
  const cwd = join(scratch.dir, name)
  await mkdir(cwd)
  const begun = Date.now()
  const child = startChild(process.execPath, [program], {
    cwd, // a node_trace.*.log of an earlier run would make doctor throw
    env: { ...process.env, NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const endGroup = () => killGroup(child)
  process.once('exit', endGroup)
  const news = listen(child)
  try {
    onStep(`clinic ${tool}: starting ${name}`)
    const page = join(scratch.dir, `clinic-${tool}.html`)
    const imports = preloads.flatMap((url) => ['--import', url])
    const argv = [process.execPath, ...imports, run.script, ...run.args]
    child.send({ tool, argv, page, scratch: scratch.dir }, () => {})
    const first = await news.next(patience.start)
    if (first.kind === 'missing') return skipped(`${tool} is not installed: ${first.why}`)
    if (first.kind !== 'port') throw notListening(run, first, news.complaints())
    onStep(`clinic ${tool}: load on ${name}`)
    await run.load({ host: '127.0.0.1', port: first.port })
    onStep(`clinic ${tool}: drawing`)
    child.send('stop', () => {})
    for (const wanted of ['collected', 'drawn'] as const) {
      const next = await news.next(patience.draw)
      if (next.kind !== wanted) return skipped(`${tool} ${whatHappened(next, patience.draw)}`)
    }
    const bytes = await checkPage(page, begun, run.trace)
    if (typeof bytes === 'string') return skipped(`${tool} ${bytes}`)
    await run.keep(page)
    return { kind: 'drawn', bytes }
  } finally {
    endGroup()
    await stopChild(child, 'SIGKILL')
    process.removeListener('exit', endGroup)
    await scratch.remove()
  }
}

function skipped(reason: string): ClinicOutcome {
  return { kind: 'skipped', reason }
}

type News = ClinicNews | { kind: 'ended'; how: string } | { kind: 'silent' }

function listen(child: ChildProcess) {
  const queue: News[] = []
  let wake = () => {}
  let complaints = ''
  const add = (news: News) => {
    queue.push(news)
    wake()
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-8192)
  })
  child.on('message', (news: ClinicNews) => add(news))
  child.once('error', (error) => add({ kind: 'ended', how: error.message }))
  child.once('exit', (code, signal) => add({ kind: 'ended', how: signal ?? `exit code ${code}` }))
  return {
    complaints: () => complaints.trim(),
    /** The next of the news; `silent` where there is none for so many milliseconds. */
    async next(ms: number): Promise<News> {
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
  { tool, name, patience }: ClinicRun,
  news: News,
  complaints: string,
): LabError {
  const silent = news.kind === 'silent'
  const happened = silent
    ? `${name} did not listen within ${patience.start / 1000} s under clinic ${tool}`
    : `${name} ended before it listened, under clinic ${tool}`
  return new LabError(complaints === '' ? happened : `${happened}:\n${complaints}`, {
    means: silent ? 'it hangs, or the machine is very busy' : 'it crashed at its start',
    next: `start it alone: npm run serve -- ${name}`,
  })
}

function whatHappened(news: News, ms: number): string {
  switch (news.kind) {
    case 'silent':
      return `did not come to an end within ${ms / 1000} s`
    case 'ended':
      return `ended by itself (${news.how}) and drew nothing`
    case 'failed':
      return `failed: ${news.why}`
    default:
      return `said '${news.kind}' out of turn`
  }
}

/**
 * Sees that a page is there, is new, and is not blank.
 * @param begun time of day in ms: older pages are somebody else's
 * @param trace what has to be in it
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

/** Ends the tool and the server under it: they are in one process group, which the lab made. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'])
    else process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
