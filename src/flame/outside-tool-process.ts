/**
 * A process: 0x, or one tool of clinic, around one server. These tools write to the console, listen
 * to signals and leave files in the working directory, and some failures end the process silently.
 *
 * Orders come over the IPC channel: a `ToolOrder`, then `stop` when the load is over. It answers
 * with `ToolEvent`s.
 */
import childProcess, { type ChildProcess } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import './outside-tool-preload.ts'

/** The tools and the packages that they are in; all but 0x are clinic's, by their names there. */
const toolPackages = {
  '0x': '0x',
  doctor: '@clinic/doctor',
  flame: '@clinic/flame',
  heapprofiler: '@clinic/heap-profiler',
  bubbleprof: '@clinic/bubbleprof',
} as const

export type OutsideTool = keyof typeof toolPackages

export interface ToolOrder {
  tool: OutsideTool
  /** The server's command line, with Node first. */
  argv: string[]
  /** Where the page is to be. */
  page: string
  /** Holds all that the run writes; removed here if the lab is killed and cannot do it. */
  scratch: string
  /** How long 0x throws away what it sampled, ms: the server's start and the warm-up. */
  warmUpMs: number
  /** Where 0x leaves its files, below the working directory. */
  zeroX: string
}

export type ToolEvent =
  | { kind: 'missing'; why: string }
  /** The server listens. */
  | { kind: 'port'; port: number; pid: number }
  /** The server ended before it listened; some tools would wait for it for ever. */
  | { kind: 'crashed'; how: string }
  | { kind: 'collected' }
  | { kind: 'drawn' }
  | { kind: 'failed'; why: string }

/** What clinic's four have in common. */
interface ClinicTool extends EventEmitter {
  collect(argv: string[], done: (error: Error | null | undefined, data: string) => void): void
  visualize(data: string, page: string, done: (error: Error | null | undefined) => void): void
}

type ClinicClass = new (settings: { detectPort: true; dest: string; name: string }) => ClinicTool

/** 0x' function, as far as it is used here. It carries no types. */
type ZeroX = (settings: {
  argv: string[]
  workingDir: string
  outputDir: string
  pathToNodeBinary: string
  title: string
  collectDelay: number
  writeTicks: true
  onPort(port: Buffer, done: () => void): void
}) => Promise<string>

let stop = () => {}
let listening = false
let serverPid = 0
let scratch: string | undefined

const { spawn } = childProcess
// The first process that a tool starts is the server, and none of them reports that it died too soon.
childProcess.spawn = ((...args: Parameters<typeof spawn>) => {
  const child = spawn(...args)
  if (serverPid === 0) serverPid = child.pid ?? 0
  child.once('exit', (code, signal) => {
    if (!listening) report({ kind: 'crashed', how: signal ?? `exit code ${code}` })
  })
  return child
}) as typeof spawn

// When the lab has gone, this process ends with the server under the tool, which is in this process's
// group (the lab starts it as the leader of one), and removes the files of both.
process.on('disconnect', () => {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  process.kill(-process.pid, 'SIGKILL')
})
process.on('message', (order: ToolOrder | 'stop') => {
  if (order === 'stop') return stop()
  scratch = order.scratch
  try {
    const required = createRequire(import.meta.url)(toolPackages[order.tool])
    if (order.tool === '0x') runZeroX(required as ZeroX, order)
    else runClinic(required as ClinicClass, order)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = message.split('\n')[0]!
    report(code === 'MODULE_NOT_FOUND' ? { kind: 'missing', why } : { kind: 'failed', why })
  }
})
process.on('uncaughtException', ({ message }) => report({ kind: 'failed', why: message }))
process.on('unhandledRejection', (why) => {
  report({ kind: 'failed', why: why instanceof Error ? why.message : String(why) })
})

function listens(port: number, end: () => void): void {
  listening = true
  stop = end
  report({ kind: 'port', port, pid: serverPid })
}

function runClinic(Class: ClinicClass, { tool, argv, page }: ToolOrder): void {
  const clinic = new Class({ detectPort: true, dest: process.cwd(), name: 'run' })
  clinic.on('port', (port: number, server: ChildProcess | null, done: () => void) => {
    // bubbleprof does not end its server when the load is over.
    listens(port, tool === 'bubbleprof' ? () => server?.kill('SIGINT') : done)
  })
  clinic.collect(argv, (error, data) => {
    if (error) return report({ kind: 'failed', why: error.message })
    report({ kind: 'collected' })
    clinic.visualize(data, page, (error) => {
      report(error ? { kind: 'failed', why: error.message } : { kind: 'drawn' })
    })
  })
}

async function runZeroX(zeroX: ZeroX, order: ToolOrder): Promise<void> {
  const [pathToNodeBinary, ...words] = order.argv
  await zeroX({
    argv: words,
    workingDir: process.cwd(),
    outputDir: order.zeroX,
    pathToNodeBinary: pathToNodeBinary!,
    title: basename(process.cwd()),
    collectDelay: order.warmUpMs,
    writeTicks: true,
    onPort: (port, done) => listens(Number(String(port)), done),
  })
  report({ kind: 'collected' })
  renameSync(join(process.cwd(), order.zeroX, 'flamegraph.html'), order.page)
  report({ kind: 'drawn' })
}

function report(event: ToolEvent): void {
  process.send?.(event)
}
