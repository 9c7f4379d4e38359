/**
 * Counts what a program copies, from inside it: a probe, see `probe.ts`.
 * Every copy becomes slower by it, so runs with this in them are never timed.
 */
import { connect } from 'node:net'
import { countCopies } from './copied-bytes.ts'

/** All since the process started. */
export interface CopyTotals {
  /** Bytes from one buffer to another, or from a string into a buffer. */
  copied: number
  /** Bytes made into strings. */
  strings: number
  /** Buffers that were made, views among them. */
  buffers: number
}

const port = new URL(import.meta.url).searchParams.get('port')
if (port !== null) {
  const totals: CopyTotals = { copied: 0, strings: 0, buffers: 0 }
  const socket = connect({ host: '127.0.0.1', port: Number(port) })
  socket.unref() // the program ends when it would have ended without us
  socket.on('error', () => {}) // the lab has gone: nothing to report to
  socket.on('data', () => {
    socket.write(`${JSON.stringify(totals)}\n`)
  })
  countCopies({
    copied: (bytes) => {
      totals.copied += bytes
    },
    madeString: (bytes) => {
      totals.strings += bytes
    },
    madeBuffer: () => {
      totals.buffers++
    },
  })
}
