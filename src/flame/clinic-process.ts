/**
 * A process: one tool of clinic around one server. It has a process of its own since clinic writes
 * to the console, listens to signals and leaves its files in the working directory; and since some
 * of its failures are an end without a word, which only somebody outside can see.
 *
 * Orders come over the IPC channel: a `ClinicOrder`, then `stop` when the load is over. What it
 * tells is a `ClinicNews`.
 */
import childProcess, { type ChildProcess } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import './loopback.ts'

/** The tools of clinic 13, as its command line calls them, and the packages that they are in. */
export const clinicPackages = {
  doctor: '@clinic/doctor',
  flame: '@clinic/flame',
  heapprofiler: '@clinic/heap-profiler',
  bubbleprof: '@clinic/bubbleprof',
} as const

export type ClinicTool = keyof typeof clinicPackages

export interface ClinicOrder {
  tool: ClinicTool
  /** The server's command line, with Node first. */
  argv: string[]
  /** Where the page is to be. */
  page: string
  /** Holds all that the run writes; removed where the lab is killed and cannot do it itself. */
  scratch: string
}

export type ClinicNews =
  | { kind: 'missing'; why: string }
  | { kind: 'port'; port: number }
  /** The server ended before it listened; flame would wait for it for ever. */
  | { kind: 'crashed'; how: string }
  | { kind: 'collected' }
  | { kind: 'drawn' }
  | { kind: 'failed'; why: string }

/** What the four have in common. */
interface Tool extends EventEmitter {
  collect(argv: string[], done: (error: Error | null | undefined, data: string) => void): void
  visualize(data: string, page: string, done: (error: Error | null | undefined) => void): void
}

type ToolClass = new (settings: { detectPort: true; dest: string; name: string }) => Tool

let stop = () => {}
let listening = false
let scratch: string | undefined

const { spawn } = childProcess
// The first process that a tool starts is the server, and none of them tells when it dies too soon.
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args)
  child.once('exit', (code, signal) => {
    if (!listening) tell({ kind: 'crashed', how: signal ?? `exit code ${code}` })
  })
  return child
}) as typeof spawn

// The lab has gone: so has the reason to live, for the server under the tool as well, which is in
// this process's group (the lab starts it as the leader of one), and for all files of both.
process.on('disconnect', () => {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  process.kill(-process.pid, 'SIGKILL')
})
process.on('message', (order: ClinicOrder | 'stop') => {
  if (order === 'stop') stop()
  else {
    scratch = order.scratch
    collect(order)
  }
})
process.on('uncaughtException', ({ message }) => tell({ kind: 'failed', why: message }))
process.on('unhandledRejection', (why) => {
  tell({ kind: 'failed', why: why instanceof Error ? why.message : String(why) })
})

function collect({ tool, argv, page }: ClinicOrder): void {
  let Class: ToolClass
  try {
    Class = createRequire(import.meta.url)(clinicPackages[tool]) as ToolClass
  } catch (error) {
    return tell({ kind: 'missing', why: (error as Error).message.split('\n')[0]! })
  }
  const clinic = new Class({ detectPort: true, dest: process.cwd(), name: 'run' })
  clinic.on('port', (port: number, server: ChildProcess | null, done: () => void) => {
    // bubbleprof does not end its server when it is told that the load is over.
    listening = true
    stop = tool === 'bubbleprof' ? () => server?.kill('SIGINT') : done
    tell({ kind: 'port', port })
  })
  clinic.collect(argv, (error, data) => {
    if (error) return tell({ kind: 'failed', why: error.message })
    tell({ kind: 'collected' })
    clinic.visualize(data, page, (error) => {
      tell(error ? { kind: 'failed', why: error.message } : { kind: 'drawn' })
    })
  })
}

function tell(news: ClinicNews): void {
  process.send?.(news)
}
