import type { MakeStore } from './database.ts'
import { Keyspace } from './keyspace.ts'
import { MAX_CLIENTS } from './limits.ts'
import { optimizations } from './optimizations.ts'
import { parseServerOptions, SERVER_USAGE, type ServerOptions } from './options.ts'

/** Listens and serves; how is up to the stage. */
export type Listen = (
  options: Pick<ServerOptions, 'host' | 'port'>,
  keyspace: Keyspace,
) => Promise<Listener>

export interface Listener {
  /** Where it listens: an address of this machine, and the port that the kernel chose if that was 0. */
  address: string
  port: number
  /** Takes no more connections, sends what waits in the others and closes them; resolves when done. */
  close(): Promise<void>
}

/** How long a connection may take to send its last replies when the server is asked to end, in ms. */
const LAST_REPLIES = 1000

/**
 * The whole of a stage's process: reads the command line, listens, says so in one line
 * (`listening on 127.0.0.1:6379`), and ends with exit status 0 on SIGINT or SIGTERM.
 * @param stage what it calls itself, e.g. `stage1`
 * @param makeStore where it stores keys and values
 */
export async function start(stage: string, listen: Listen, makeStore: MakeStore): Promise<void> {
  let options: ServerOptions
  try {
    options = parseServerOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${stage}: ${(error as Error).message}\n\n${SERVER_USAGE}`)
    process.exit(2)
  }
  if (options.listOptimizations) {
    for (const [name, what] of optimizations) console.log(`${name}: ${what}`)
    return
  }
  const keyspace = new Keyspace(stage, makeStore)
  if (keyspace.maxClients < MAX_CLIENTS) console.error(fewClients(keyspace.maxClients))
  try {
    await listenIn(keyspace, listen, options)
  } catch (error) {
    console.error(`${stage}: ${explain(error as NodeJS.ErrnoException, options)}`)
    process.exit(1)
  }
}

async function listenIn(keyspace: Keyspace, listen: Listen, options: ServerOptions): Promise<void> {
  const listener = await listen(options, keyspace)
  keyspace.port = listener.port
  keyspace.host = options.host
  keyspace.outputLimit = options.outputLimit
  keyspace.memory.begin(options.maxMemory)
  setInterval(() => keyspace.tidyUp(), 100).unref()
  endWhenTold(listener, options)
  if (!isLoopback(listener.address)) console.error(exposed(listener.address))
  // Last: the reader of this line may connect at once, and end us at once.
  console.log(`listening on ${listener.address}:${listener.port}`)
}

function fewClients(count: number): string {
  return (
    `warning: at most ${count} clients at once, not ${MAX_CLIENTS}: this process may not open more ` +
    'files. `ulimit -n` shows and sets how many.'
  )
}

/** True for an address that only this machine can reach. */
function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./.test(address) || address === '::1'
}

function exposed(address: string): string {
  return (
    `warning: ${address} can be reached from other machines, and there is no password: any client ` +
    'can read and change every key. Leave --host out to serve this machine alone.'
  )
}

function endWhenTold(listener: Listener, options: ServerOptions): void {
  const end = () => {
    listener.close().then(() => process.exit(0))
    setTimeout(() => process.exit(0), LAST_REPLIES).unref()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (options.untilStdinEnds) process.stdin.once('close', end).resume()
}

function explain(error: NodeJS.ErrnoException, { host, port }: ServerOptions): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken by another program; try --port 0 for a free one`
  }
  if (error.code === 'EACCES') return `port ${port} needs privileges; try one above 1024`
  if (error.code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine`
  return error.message
}
