import { parseArgs } from 'node:util'
import { ingredients, unknownIngredient } from './ingredients.ts'

/** What a stage can be told on its command line. */
export interface ServerOptions {
  host: string
  /** 0 lets the kernel choose; the line `listening on …` tells which it was. */
  port: number
  /** End when standard input ends: so a server ends with the process that started it. */
  untilStdinEnds: boolean
  /** Only print what can be left out. */
  listIngredients: boolean
}

export const SERVER_USAGE = `Options:
  --port PORT          listen on this port (default 6379; 0: any free one)
  --host ADDRESS       listen on this address (default 127.0.0.1)
  --until-stdin-ends   end when standard input is closed
  --without LIST       leave out ingredients of stage 3 or 4, to see what they buy
  --list-ingredients   print them, a line each, and end`

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
      'until-stdin-ends': { type: 'boolean', default: false },
      without: { type: 'string' },
      'list-ingredients': { type: 'boolean', default: false },
    },
  })
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
  if (!(port <= 65535)) throw new Error(`--port must be 0 to 65535, not '${values.port}'`)
  const unknown = unknownIngredient()
  if (unknown !== undefined) {
    const known = [...ingredients.keys()].join(', ') || 'none'
    throw new Error(`--without '${unknown}': the ingredients of this stage are: ${known}`)
  }
  return {
    port,
    host: values.host,
    untilStdinEnds: values['until-stdin-ends'],
    listIngredients: values['list-ingredients'],
  }
}
