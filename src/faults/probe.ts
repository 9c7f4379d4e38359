/**
 * Loaded before a stage by `--import probe.ts?port=N`, with `--expose-gc`: collects all garbage when
 * it is asked to, and reports what is left. A server without a leak has as much left as before.
 * A last resort's collection compacts, and gives V8's free pages back to the system: what is resident
 * afterwards is in use.
 */
import { connect } from 'node:net'
import { getHeapStatistics } from 'node:v8'

type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void

const port = new URL(import.meta.url).searchParams.get('port')
const socket = connect({ host: '127.0.0.1', port: Number(port) })
socket.unref() // the server ends when it would have ended without us
socket.on('error', () => {}) // the lab has gone: nothing to report to
socket.on('data', async () => {
  // What a collection frees may hold, by a finalizer that runs later, what the next one frees.
  for (let round = 0; round < 4; round++) {
    ;(globalThis as unknown as { gc: Collect }).gc({ type: 'major', flavor: 'last-resort' })
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { used_heap_size, external_memory } = getHeapStatistics()
  socket.write(`${used_heap_size + external_memory}\n`)
})
