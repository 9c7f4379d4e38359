/**
 * An extra client beside a load: it sends a PING every millisecond and notes how long each took, to
 * see a pause of the server as its other clients do. It is a separate process, since the lab's and
 * the load generator's have pauses too.
 */
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import type { Address } from './workload.ts'

/** From one PING to the next, ms. */
const INTERVAL_MS = 1

export interface Pings {
  /** Ends it. @returns how long a PING took, ms; @throws LabError if the server did not answer */
  stop(): Promise<{ p999: number; max: number }>
}

/**
 * Starts sending; the first PING has been answered when the promise resolves.
 * @throws LabError if the server cannot be reached
 */
export async function startPings(target: Address): Promise<Pings> {
  const child = startChild(
    process.execPath,
    [fileURLToPath(import.meta.url), target.host, String(target.port)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const ended = new Promise<undefined>((resolve) => child.once('close', () => resolve(undefined)))
  const message = () =>
    Promise.race([
      new Promise<number[]>((resolve) => child.once('message', (m) => resolve(m as number[]))),
      ended,
    ])
  const lost = () =>
    new LabError('the server does not answer PING beside the load', {
      means: 'it closed the connection, or has ended',
    })
  if ((await message()) === undefined) throw lost()
  return {
    async stop() {
      const answer = message()
      child.send('stop', () => {})
      const times = await answer
      await stopChild(child)
      if (times === undefined) throw lost()
      return pausesOf(times)
    },
  }
}

/**
 * Of a list of waits, ms. While one PING waits, those that would have been sent meanwhile would have
 * waited too: they count, each with what was left of the pause when its turn came.
 */
export function pausesOf(waits: readonly number[]): { p999: number; max: number } {
  const all: number[] = []
  for (const wait of waits) {
    for (let left = wait; left > 0; left -= INTERVAL_MS) all.push(left)
  }
  all.sort((a, b) => a - b)
  const at = Math.min(all.length - 1, Math.floor(all.length * 0.999))
  return { p999: all[at] ?? 0, max: all.at(-1) ?? 0 }
}

/** The process itself. */
function main(host: string, port: number): void {
  const ping = '*1\r\n$4\r\nPING\r\n'
  const waits: number[] = []
  let sentAt = 0
  const socket = connect({ host, port, noDelay: true })
  const send = () => {
    sentAt = performance.now()
    socket.write(ping)
  }
  socket.once('connect', send)
  socket.on('data', () => {
    const wait = performance.now() - sentAt
    if (waits.push(wait) === 1) process.send?.([])
    setTimeout(send, INTERVAL_MS)
  })
  socket.on('error', () => process.exit(1))
  socket.on('close', () => process.exit(1))
  process.on('disconnect', () => process.exit())
  // The PING that is under way may be the one that waits for a pause.
  process.on('message', () => socket.once('data', () => process.send?.(waits)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv[2]!, Number(process.argv[3]))
}
