/**
 * The processes that the lab starts: servers, load generators, profilers. None of them may outlive
 * the command that started it, however that command ends:
 *
 * - it returns or throws: `stopChild`, and as a last resort the `exit` handler below;
 * - Ctrl-C or SIGTERM: `src/cli/command.ts` exits, and the `exit` handler kills what is left;
 * - `kill -9` of the lab: nothing of ours runs, so every child watches a pipe that closes with us
 *   (`--until-stdin-ends` for a server, the IPC channel for the load generator).
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts a child that ends with the lab. It gets a process group of its own, so that a Ctrl-C in
 * the terminal reaches the lab alone, which then ends its children in order.
 */
export function startChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' })
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
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
