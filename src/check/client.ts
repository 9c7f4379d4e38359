/** A plain client: sends bytes and expects exact bytes in reply. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { readable } from '../conformance/bytes.ts'
import { turn } from '../conformance/connection.ts'
import { cut, type Target } from '../conformance/runner.ts'
import { LabError } from '../run/lab-error.ts'

export interface Client {
  /**
   * Sends a request and waits for its reply.
   * @param cuts offsets at which the request is cut into pieces, sent one after the other
   * @throws LabError if another reply comes, or none, or if the connection closes
   */
  ask(request: Buffer | string, reply: string, cuts?: readonly number[]): Promise<void>
  close(): void
}

/** Timeout for a reply, ms. */
const SILENCE_MS = 10_000

/** @throws LabError if nothing listens there */
export async function connectTo({ host, port }: Target): Promise<Client> {
  const socket = connect({ host, port, noDelay: true })
  let got = ''
  let closed = false
  let wake = () => {}
  const failed = once(socket, 'connect').catch((failure: Error) => failure)
  socket.setEncoding('latin1').on('data', (text: string) => {
    got += text
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    wake()
  })
  const failure = await failed
  if (failure instanceof Error) throw gone(`it cannot be reached: ${failure.message}`)
  return {
    async ask(request, reply, cuts = []) {
      got = ''
      const silence = setTimeout(() => socket.destroy(), SILENCE_MS)
      try {
        const bytes = typeof request === 'string' ? Buffer.from(request, 'latin1') : request
        for (const [at, piece] of cut(bytes, cuts).entries()) {
          if (at > 0) await turn()
          socket.write(piece)
        }
        // A reply that is wrong at its beginning need not be read to its end.
        for (let right = 0; ; ) {
          while (right < got.length && got[right] === reply[right]) right++
          if (right < got.length || right === reply.length || closed) break
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        clearTimeout(silence)
      }
      if (got === reply) return
      const sent = typeof request === 'string' ? request : request.toString('latin1')
      const from = firstDifference(got, reply)
      throw gone(
        `to ${readable(sent, 60)} it answered ${part(got, from)}, not ${part(reply, from)}` +
          (closed ? ', and the connection closed' : ''),
      )
    },
    close: () => socket.destroy(),
  }
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** A piece of a reply around the place where it is wrong. */
function part(reply: string, from: number): string {
  const start = Math.max(0, from - 20)
  return `${start > 0 ? '… ' : ''}${readable(reply.slice(start, start + 50), 60)}`
}

function gone(happened: string): LabError {
  return new LabError(happened, { means: 'it answers wrongly, or not at all, under this load' })
}
