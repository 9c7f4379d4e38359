/**
 * The lab's side of a probe: a file that is loaded into the program that is looked at, before that
 * itself, by `--import FILE?port=N`, so that the program needs not know. It connects to the lab on
 * 127.0.0.1:N and answers each byte that it gets with a line of JSON.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { LabError } from '../run/lab-error.ts'

export interface Probe<T> {
  /** For the Node process that is observed. */
  nodeFlags: string[]
  /**
   * Asks for the totals since the program started.
   * @throws LabError if the program has ended or was not started with `nodeFlags`
   */
  read(): Promise<T>
  close(): Promise<void>
}

/**
 * Listens on a free port of 127.0.0.1 for the probe of one program.
 * @param file the probe's
 */
export async function watchProbe<T>(file: URL): Promise<Probe<T>> {
  const server = createServer({ noDelay: true })
  const arrived = new Promise<Socket>((resolve) => server.once('connection', resolve))
  // A connection that breaks closes as well, and that is looked at when something is asked.
  server.on('connection', (socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const probe = new URL(file)
  probe.searchParams.set('port', String(port))
  let probeSocket: Socket | undefined
  return {
    nodeFlags: ['--import', probe.href],
    async read() {
      // The probe connects before the program's first line, so a program that listens is connected.
      probeSocket ??= await withReason(arrived)
      return await ask<T>(probeSocket)
    },
    async close() {
      probeSocket?.destroy()
      void arrived.then((socket) => socket.destroy())
      server.close()
      await once(server, 'close')
    },
  }
}

/** How long a program that listens already may take to show its probe, ms. */
const timeoutMs = 10_000

async function withReason(arrived: Promise<Socket>): Promise<Socket> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(noAnswer()), timeoutMs)
  try {
    return await Promise.race([arrived, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function ask<T>(socket: Socket): Promise<T> {
  let line = ''
  socket.setEncoding('utf8')
  const answer = Promise.withResolvers<T>()
  const read = (text: string) => {
    line += text
    if (line.endsWith('\n')) answer.resolve(JSON.parse(line) as T)
  }
  const gone = () => answer.reject(noAnswer())
  socket.on('data', read).once('close', gone)
  if (socket.destroyed) gone()
  else socket.write('?')
  try {
    return await answer.promise
  } finally {
    socket.off('data', read).off('close', gone)
  }
}

function noAnswer(): LabError {
  return new LabError('the probe in the program does not answer', {
    means: 'it has ended, or hangs',
    next: 'run the same command again',
  })
}
