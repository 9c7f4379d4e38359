/** What ends a command early: a signal, or the end of the npm that started it. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { exists, parentOf } from '../run/processes.ts'

/**
 * For a command that runs until a signal stops it: from here on the first signal ends it in order.
 * Further ones are ignored, since a Ctrl-C reaches the command from the terminal and from npm. The
 * new listener comes before the old ones go: without any, Node loses a signal that has just
 * arrived.
 * @param stop is called with the first signal
 */
export function takeSignals(stop: () => void): void {
  let isTold = false
  const onSignal = () => {
    if (isTold) return
    isTold = true
    stop()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const old = process.listeners(signal)
    process.on(signal, onSignal)
    for (const listener of old) process.removeListener(signal, listener)
  }
}

/** How often to check that npm is still there, ms; each check takes some 20 µs. */
const LOOK_MS = 500

/**
 * Sends this process a SIGTERM when the npm that started it is gone. A signal to npm alone, as a
 * supervisor sends it, ends npm and the shell that npm starts, and not what runs in that shell. A
 * command that was started without npm may be meant to outlive its shell (nohup, setsid).
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const npm = isShell(parent) ? parentOf(parent) : undefined
  const isGone = () =>
    process.ppid !== parent || (npm !== undefined && (!exists(npm) || parentOf(parent) !== npm))
  const timer = setInterval(() => {
    if (!isGone()) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  timer.unref()
}

function isShell(pid: number): boolean {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    return /^(?:ba|da|a|z|k)?sh$|^busybox$/.test(basename(name))
  } catch {
    // Elsewhere the shell replaces itself by its only command, and npm is the parent.
    return false
  }
}
