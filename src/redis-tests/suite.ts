/** What is run of Redis' own test suite, and how. */

/** The files that are about strings, keys, expiry, SCAN and the protocol, as `--single` names them. */
export const suiteFiles: readonly string[] = [
  'unit/protocol',
  'unit/quit',
  'unit/type/string',
  'unit/type/incr',
  'unit/keyspace',
  'unit/expire',
  'unit/scan',
]

/** A run of all the files has at least so many tests that pass: a skip list can grow unseen. */
export const FEWEST_PASSED = 185

/** Seconds without a test that ends, after which the harness gives up. */
export const DEFAULT_TIMEOUT = 300

export interface HarnessOptions {
  host: string
  port: number
  file: string
  /** Seconds. */
  timeout: number
  /** A file with a test's name on each line. */
  skipFile: string
  /** The harness itself listens on a port of the 32 below this one. */
  basePort: number
}

/**
 * The words behind `./runtest`. The server is not the harness' own, so it is not asked for what
 * only a debugging server tells, nor to be the master of a replica.
 */
export function harnessArguments(options: HarnessOptions): string[] {
  const { host, port, file, timeout, skipFile, basePort } = options
  return [
    ...['--host', host, '--port', String(port)],
    ...['--singledb', '--ignore-encoding', '--ignore-digest'],
    ...['--tags', '-needs:debug -needs:repl'],
    ...['--single', file],
    ...['--skipfile', skipFile],
    ...['--timeout', String(timeout)],
    ...['--baseport', String(basePort)],
  ]
}
