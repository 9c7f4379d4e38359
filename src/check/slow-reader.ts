/**
 * A client that asks faster than it reads. What it gets late must still be what it asked for: memory
 * of replies that is used again too early corrupts them, and only then.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { cmd } from '../conformance/bytes.ts'
import { bulk, ok } from '../conformance/replies.ts'
import type { Target } from '../conformance/runner.ts'
import { LabError } from '../run/lab-error.ts'
import { connectTo } from './client.ts'

/** 20 MB of replies: more than the kernel's buffers hold between two sockets. */
const VALUE_BYTES = 1000
const COUNT = 20_000
/** What others ask meanwhile: long replies, which go through all of the same memory. */
const OTHERS = { rounds: 50, bytes: 60_000 }
/** How long the server may send nothing, ms. */
const SILENCE_MS = 10_000

/**
 * Asks for a value many times, lets others be served, and reads only then.
 * @param value of `VALUE_BYTES` characters, of one byte each
 * @throws LabError where a late reply is not what was stored, or does not come
 */
export async function readLate(target: Target, key: string, value: string): Promise<void> {
  const other = await connectTo(target)
  const slow = connect({ ...target, noDelay: true }).pause()
  slow.on('error', () => {})
  try {
    await once(slow, 'connect')
    await other.ask(cmd('SET', key, value), ok)
    slow.write(Buffer.from(cmd('GET', key).repeat(COUNT), 'latin1'))
    const theirs = 'somebody else '.repeat(OTHERS.bytes / 14)
    for (let round = 0; round < OTHERS.rounds; round++) {
      await other.ask(cmd('ECHO', theirs), bulk(theirs))
    }
    await readAll(slow, Buffer.from(bulk(value), 'latin1'))
  } finally {
    other.close()
    slow.destroy()
  }
}

/** Value for `readLate`, all of whose parts differ. */
export function lateValue(random: () => number): string {
  return Array.from({ length: VALUE_BYTES }, () =>
    String.fromCharCode(97 + Math.floor(random() * 26)),
  ).join('')
}

/** Reads `COUNT` times the same reply. */
function readAll(socket: Socket, reply: Buffer): Promise<void> {
  const cycle = Buffer.concat(Array.from({ length: 200 }, () => reply))
  const whole = reply.length * COUNT
  let taken = 0
  return new Promise((resolve, reject) => {
    socket.setTimeout(SILENCE_MS, () => socket.destroy())
    socket.on('close', () => reject(late(`closed after ${taken} of ${whole} bytes`)))
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; ) {
        const from = (taken + at) % reply.length
        const length = Math.min(chunk.length - at, cycle.length - from)
        if (chunk.compare(cycle, from, from + length, at, at + length) !== 0) {
          const number = Math.floor((taken + at) / reply.length) + 1
          reject(late(`gave something else from about reply ${number} of ${COUNT} on`))
          socket.destroy()
          return
        }
        at += length
      }
      taken += chunk.length
      if (taken === whole) resolve()
    })
    socket.resume()
  })
}

function late(happened: string): LabError {
  return new LabError(`a client that asked ${COUNT} times before it read: it ${happened}`)
}
