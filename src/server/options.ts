import { parseArgs } from 'node:util'
import { STUCK_CLIENT_BYTES } from './limits.ts'
import { defaultMaxMemory } from './memory.ts'
import { parseMemory } from './numbers.ts'
import { optimizations, unknownOptimization } from './optimizations.ts'

/** The options on a stage's command line. */
export interface ServerOptions {
  host: string
  /** 0 lets the kernel choose; the line `listening on …` names it. */
  port: number
  /** Bytes that keys and values may take, with what the server takes itself; 0: no limit. */
  maxMemory: number
  /** Bytes of replies that may wait for one client. */
  outputLimit: number
  /** End when standard input ends: so a server ends with the process that started it. */
  untilStdinEnds: boolean
  /** Only print what can be left out. */
  listOptimizations: boolean
}

export const SERVER_USAGE = `Options:
  --port PORT          listen on this port (default 6379; 0: any free one)
  --host ADDRESS       listen on this address (default 127.0.0.1); there is no password
  --maxmemory BYTES    refuse to store more than this, e.g. 100mb (default a quarter of the
                       machine's memory; 0: no limit)
  --output-limit BYTES drop a client for which more replies wait than this (default 256mb), or
                       more than a quarter of it for a minute
  --until-stdin-ends   end when standard input is closed
  --without LIST       leave out optimizations of stages 3 to 5, to see what they buy
  --list-optimizations   print them, a line each, and end`

/**
 * Reads the command line of a server.
 * @throws Error with one line for the person who typed it
 */
export function parseServerOptions(argv: string[]): ServerOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: '6379' },
      host: { type: 'string', default: '127.0.0.1' },
      maxmemory: { type: 'string' },
      'output-limit': { type: 'string' },
      'until-stdin-ends': { type: 'boolean', default: false },
      without: { type: 'string' },
      'list-optimizations': { type: 'boolean', default: false },
    },
  })
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
  if (!(port <= 65535)) throw new Error(`--port must be 0 to 65535, not '${values.port}'`)
  // Node takes none for all addresses of the machine.
  if (values.host === '') throw new Error('--host must be an address, such as 127.0.0.1')
  const unknown = unknownOptimization()
  if (unknown !== undefined) {
    const known = [...optimizations.keys()].join(', ') || 'none'
    throw new Error(`--without '${unknown}': the optimizations of this stage are: ${known}`)
  }
  return {
    port,
    host: values.host,
    maxMemory: readBytes('maxmemory', values.maxmemory) ?? defaultMaxMemory(),
    outputLimit: readBytes('output-limit', values['output-limit']) ?? STUCK_CLIENT_BYTES,
    untilStdinEnds: values['until-stdin-ends'],
    listOptimizations: values['list-optimizations'],
  }
}

function readBytes(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const bytes = Number(parseMemory(text) ?? Number.NaN)
  if (text !== '' && Number.isSafeInteger(bytes)) return bytes
  throw new Error(`--${name} must be a number of bytes, such as 100mb, not '${text}'`)
}
