/**
 * The lab's side of the heap probe: what a Node program allocates on the JavaScript heap, and how
 * long it stands still for the garbage collector. Memory outside that heap, such as the bytes of a
 * `Buffer`, is not in it.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { LabError } from '../run/lab-error.ts'
import type { Counted } from './counted.ts'
import type { HeapTotals } from './heap-probe.ts'

export type { HeapTotals } from './heap-probe.ts'

/** What a request cost on the heap. */
export interface HeapPerRequest {
  /**
   * Bytes. V8 hands out memory in pieces and counts a piece as taken: up to 3 % too many were seen,
   * and up to 1 MB over the whole run.
   */
  allocatedBytes: Counted<number>
  /** Collections, and steps of them, that stopped the program, for a request: often far below 1. */
  pauses: number
  /** How long they stopped it, µs for a request. */
  pauseMicros: number
}

export interface HeapWatch {
  /** To be given to the Node that is to be watched. */
  nodeFlags: string[]
  /**
   * Asks for the totals since the program started.
   * @throws LabError where the program has ended or was not started with `nodeFlags`
   */
  read(): Promise<HeapTotals>
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 for the probe of one program. */
export async function watchHeap(): Promise<HeapWatch> {
  const server = createServer({ noDelay: true })
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const probe = new URL('./heap-probe.ts', import.meta.url)
  probe.searchParams.set('port', String(port))
  let probeSocket: Socket | undefined
  return {
    nodeFlags: ['--import', probe.href],
    async read() {
      // The probe connects before the program's first line, so whoever listens is connected.
      probeSocket ??= await withReason(arrived)
      return await ask(probeSocket)
    },
    async close() {
      probeSocket?.destroy()
      void arrived.then((socket) => socket.destroy())
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * What happened between two readings, for each request.
 * @param requests how many were served between them; more than 0
 */
export function heapPerRequest(
  before: HeapTotals,
  after: HeapTotals,
  requests: number,
): HeapPerRequest {
  const allocatedBytes =
    before.allocatedBytes === null || after.allocatedBytes === null
      ? { missing: `V8 of Node ${process.versions.node} does not count what it allocates` }
      : { value: (after.allocatedBytes - before.allocatedBytes) / requests }
  return {
    allocatedBytes,
    pauses: (after.pauses - before.pauses) / requests,
    pauseMicros: ((after.pauseMs - before.pauseMs) * 1000) / requests,
  }
}

/** How long a program that listens already may take to show its probe, ms. */
const patience = 10_000

async function withReason(arrived: Promise<Socket>): Promise<Socket> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(noAnswer()), patience)
  try {
    return await Promise.race([arrived, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function ask(socket: Socket): Promise<HeapTotals> {
  let line = ''
  socket.setEncoding('utf8')
  const answer = Promise.withResolvers<HeapTotals>()
  const read = (text: string) => {
    line += text
    if (line.endsWith('\n')) answer.resolve(JSON.parse(line) as HeapTotals)
  }
  const gone = () => answer.reject(noAnswer())
  socket.on('data', read).on('error', gone).once('close', gone)
  if (socket.destroyed) gone()
  else socket.write('?')
  try {
    return await answer.promise
  } finally {
    socket.off('data', read).off('close', gone)
  }
}

function noAnswer(): LabError {
  return new LabError('the program whose heap is watched does not answer', {
    means: 'it has ended, or hangs',
    next: 'run the same command again',
  })
}
