/**
 * Keeps an eye on the server while another program puts load on it. redis-benchmark 7.0 spins for
 * ever on a dead port, and waits for ever for a server that hangs; the lab does neither.
 */
import { connect } from 'node:net'
import type { LabError } from '../run/lab-error.ts'
import { cannotConnect, connectionLost, silence } from './failures.ts'
import type { Address } from './workload.ts'

export interface Watch {
  /** Resolves, at most once, with what happened to the server. */
  readonly lost: Promise<LabError>
  close(): void
}

/**
 * Opens one idle connection and asks PING on it every `silenceMs` milliseconds: a short run, whose
 * counters are to be exact, sees none of them.
 * @throws LabError where nothing can be connected to
 */
export async function watchServer(target: Address, silenceMs: number): Promise<Watch> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  let failure: NodeJS.ErrnoException | undefined
  let connected = false
  let asked = false
  let timer: NodeJS.Timeout | undefined
  const lost = Promise.withResolvers<LabError>()
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => {
      connected = true
      resolve()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error
      if (!connected) reject(cannotConnect(target, error))
    })
  })
  socket.on('data', () => {
    asked = false
  })
  socket.once('close', () => {
    clearInterval(timer)
    lost.resolve(connectionLost(0, undefined, 0, 0, failure))
  })
  timer = setInterval(() => {
    if (asked) return lost.resolve(silence(silenceMs, [], 1))
    asked = true
    socket.write('*1\r\n$4\r\nPING\r\n')
  }, silenceMs)
  return { lost: lost.promise, close: () => socket.destroy() }
}
