/**
 * The processes that the lab starts: servers, load generators, profilers. None of them may outlive
 * the command that started it, however that command ends:
 *
 * - it returns or throws: `stopChild`, and as a last resort the `exit` handler below;
 * - Ctrl-C or SIGTERM: `src/cli/command.ts` exits, and the `exit` handler kills what is left;
 * - `kill -9` of the lab: nothing of ours runs, so every child of our own watches a pipe that closes
 *   with us (`--until-stdin-ends` for a server, the IPC channel for the load generator) and goes in
 *   order. What does not watch, as perf, or spins and cannot look, is killed by the guard.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'

const running = new Set<ChildProcess>()
const onWindows = process.platform === 'win32'

process.on('exit', () => {
  for (const child of running) killGroup(child)
})

/**
 * Starts a child that ends with the lab. It gets a process group of its own, so that a Ctrl-C in
 * the terminal reaches the lab alone, which then ends its children in order.
 */
export function startChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: !onWindows })
  const { pid } = child
  if (pid === undefined) return child // it could not be started: `error` says so
  running.add(child)
  tellGuard(`+ ${pid}\n`)
  child.once('exit', () => {
    running.delete(child)
    // What it started goes with it: a grandchild that keeps the pipes open would hold up the lab.
    killGroup(child)
    tellGuard(`- ${pid}\n`)
  })
  return child
}

/** True once the process has ended or could not be started. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

/**
 * Asks a child to end and waits until it has; after `graceMs` milliseconds it is killed.
 * Returns at once when it has ended already.
 */
export async function stopChild(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  graceMs = 5000,
): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  try {
    await ended
  } finally {
    clearTimeout(timer)
  }
}

/** Kills a child with all that it has started in its group; never throws. */
export function killGroup(child: ChildProcess): void {
  try {
    if (!onWindows && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It ended a moment ago.
  }
}

/**
 * What the guard runs: it keeps a list of process groups, and when its standard input closes, which
 * it does with the lab however the lab ends, it kills those that are still on it.
 */
const guardProgram = `live=' '
while read -r sign pid; do
  case $sign in
    +) live="$live$pid " ;;
    -) live="\${live%% $pid *} \${live#* $pid }" ;;
  esac
done
for pid in $live; do kill -9 "-$pid" 2>/dev/null; done`

let guard: Writable | undefined

/** One small shell for all children, started with the first; it sleeps, and costs a run nothing. */
function tellGuard(line: string): void {
  guard ??= startGuard()
  guard?.write(line)
}

function startGuard(): Writable | undefined {
  if (onWindows) return undefined
  const shell = spawn('/bin/sh', ['-c', guardProgram], {
    detached: true, // a Ctrl-C in the terminal is not for it
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell, children that watch their pipe still end with the lab.
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  // The lab does not wait for it: it waits for the lab.
  shell.unref()
  const pipe = shell.stdin as Writable & { unref?(): void }
  pipe.unref?.()
  return pipe
}
