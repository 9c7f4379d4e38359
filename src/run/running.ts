/**
 * What the commands of the lab are doing right now, for whoever else wants to know: one small file
 * for each command under way, `.lab/running/PID.json`. The lab page shows them, and a command that
 * measures warns of the others. Written by the lab's own process, which has nothing else to do while
 * a server is measured: some 0.2 ms of its time, five times a second at most.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { exists } from './disk.ts'
import { labRoot } from './server.ts'

/** What can be seen of a measurement while it runs. Null: not known, or not at the moment. */
export interface LiveFigures {
  /** Which server they are of, and doing what: `stage2: measuring SET`. */
  of: string
  requestsPerSecond: number
  /** Of the run so far, ms. */
  latency: { p50: number; p99: number } | null
  /** Share of one core, 0 to 1; above 1 where it keeps more than one busy. */
  serverBusy: number | null
  clientBusy: number | null
}

/** A command that is under way. */
export interface Running {
  format: 1
  pid: number
  /** As it was typed: `npm run stage 2`. */
  command: string
  /** ISO 8601. */
  startedAt: string
  /** What it is doing now: `stage2: warming up SET`. */
  step: string
  /** Share of the step, or of the whole where that is known, that is over, 0 to 1. */
  share: number | null
  /** Of the whole command, an estimate. */
  secondsLeft: number | null
  live: LiveFigures | null
}

/** What changes while a command runs. */
export type News = Partial<Pick<Running, 'step' | 'share' | 'secondsLeft' | 'live'>>

export interface Publication {
  tell(news: News): void
  /** Takes the file away. Later news begin a new one. */
  end(): void
}

/** A file is not written more often than that, ms. */
const PAUSE_MS = 200

/** Where the files are. A test, or a checkout that is read-only, may name another place. */
export function runningDirectory(): string {
  return process.env.LAB_RUNNING_DIRECTORY ?? join(labRoot, '.lab', 'running')
}

/**
 * Tells others what this process is doing, from the first news to `end`, or to the end of the
 * process. Never throws: where nothing can be written, as in a read-only checkout, nobody is told.
 * @param command as it was typed
 */
export function publishRunning(command: string, directory = runningDirectory()): Publication {
  const file = join(directory, `${process.pid}.json`)
  let state: Running | undefined
  /** When it should be over; what is left of it grows shorter between two estimates as well. */
  let endsAt: number | null = null
  let writtenAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(timer)
    timer = undefined
    writtenAt = performance.now()
    if (state === undefined) return
    const secondsLeft = endsAt === null ? null : Math.max(0, endsAt - writtenAt) / 1000
    if (!tryToWrite(file, { ...state, secondsLeft })) stop()
  }
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    process.removeListener('exit', remove)
  }
  const remove = () => tryToRemove(file)
  return {
    tell(news) {
      if (state === undefined) {
        const startedAt = new Date().toISOString()
        const { pid } = process
        state = {
          ...{ format: 1, pid, command, startedAt },
          ...{ step: '', share: null, secondsLeft: null, live: null },
        }
        process.on('exit', remove)
      }
      state = { ...state, ...news }
      const { secondsLeft } = news
      if (secondsLeft !== undefined) {
        endsAt = secondsLeft === null ? null : performance.now() + secondsLeft * 1000
      }
      const due = writtenAt + PAUSE_MS - performance.now()
      if (due <= 0) write()
      else timer ??= setTimeout(write, due).unref()
    },
    end() {
      if (state === undefined) return
      state = undefined
      endsAt = null
      writtenAt = Number.NEGATIVE_INFINITY
      stop()
      remove()
    },
  }
}

function tryToWrite(file: string, state: Running): boolean {
  const draft = `${file}.draft`
  const text = JSON.stringify(state)
  for (const attempt of [1, 2]) {
    try {
      writeFileSync(draft, text)
      renameSync(draft, file)
      return true
    } catch {
      // The first time there may be no directory yet.
      if (attempt === 1) tryToMake(file)
    }
  }
  return false
}

function tryToMake(file: string): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true })
  } catch {
    // It may not be written to; then the next attempt fails as well.
  }
}

function tryToRemove(file: string): void {
  try {
    rmSync(file, { force: true })
    rmSync(`${file}.draft`, { force: true })
  } catch {
    // It may not be written to.
  }
}

/**
 * All commands that are under way, the oldest first. Files of processes that are gone, which a
 * SIGKILL leaves, are removed. Never throws.
 */
export function readRunning(directory = runningDirectory()): Running[] {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    return []
  }
  const found: Running[] = []
  for (const name of names) {
    const pid = Number(/^(\d+)\.json(?:\.draft)?$/.exec(name)?.[1])
    if (!(pid > 0)) continue
    if (!exists(pid)) tryToRemove(join(directory, `${pid}.json`))
    else if (name.endsWith('.json')) found.push(...readOne(join(directory, name), pid))
  }
  return found.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
}

function readOne(file: string, pid: number): Running[] {
  try {
    const running = JSON.parse(readFileSync(file, 'utf8')) as Running
    return running.format === 1 && running.pid === pid ? [running] : []
  } catch {
    return [] // it ended a moment ago
  }
}

/** Whether what a command does here can be told to others. */
export function canPublish(directory = runningDirectory()): boolean {
  try {
    mkdirSync(directory, { recursive: true })
    const probe = join(directory, `${process.pid}.probe`)
    writeFileSync(probe, '')
    rmSync(probe)
    return true
  } catch {
    return false
  }
}

/**
 * This process as a command that a person types; undefined where it is none, as in a test.
 * `--json`, which changes nothing of what is done, is left out.
 * @param argv as `process.argv`
 */
export function commandTyped(argv: readonly string[] = process.argv): string | undefined {
  const [, script = '', ...all] = argv
  if (!script.startsWith(join(labRoot, 'scripts') + sep)) return undefined
  const file = basename(script).replace(/\.ts$/, '')
  const name = file.replace(/^(bench|test)-/, '$1:')
  const npm = name === 'start' ? 'npm start' : `npm run ${name}`
  const words = all.filter((word) => word !== '--json')
  if (words.length === 0) return npm
  // npm keeps options for itself that come before a `--`.
  const dashes = words.some((word) => word.startsWith('-')) ? '-- ' : ''
  return `${npm} ${dashes}${words.join(' ')}`
}

/** One line on the other commands that are under way; undefined where there are none. */
export function disturbance(
  others: readonly Pick<Running, 'command' | 'pid'>[],
): string | undefined {
  const first = others[0]
  if (first === undefined) return undefined
  const more = others.length === 1 ? '' : ` and ${others.length - 1} more`
  const who = `${first.command}, pid ${first.pid}${more}`
  const all = others.length === 1 ? 'both' : 'all of them'
  return `another run is under way (${who}): ${all} will be disturbed`
}
