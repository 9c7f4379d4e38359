/**
 * What can go wrong under load, each in words that a person can act on. A run in which any of this
 * happens has no figures.
 */
import { LabError } from '../run/lab-error.ts'
import { endOfReply, replyAround, showBytes } from './reply-bytes.ts'
import type { Address } from './workload.ts'

/** Which request an open batch is about. */
export interface Where {
  test: string
  /** Number of the batch's first request in its run, from 0. */
  first: number
  /** Requests of the run, if it has a number. */
  total: number | null
  /** Number of the connection, from 0. */
  client: number
}

const look =
  'start the server with `npm run serve -- stage4 --port 6379` and try the same load on it'

export function cannotConnect(target: Address, error: NodeJS.ErrnoException): LabError {
  const address = `${target.host}:${target.port}`
  switch (error.code) {
    case 'ECONNREFUSED':
      return new LabError(`nothing listens on ${address} (connection refused)`, {
        means: 'the server is not running, has ended, or listens on another port or address',
        next: `npm run serve -- stage4 --port ${target.port}`,
      })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LabError(`the name ${target.host} is not known (${error.code})`, {
        means: 'a typing error in the host name, or no network',
        next: 'give the address in numbers, e.g. 127.0.0.1',
      })
    case 'EMFILE':
    case 'ENFILE':
      return new LabError(`too many open files while connecting to ${address}`, {
        means: 'every client is a file to the system, and it allows fewer than --clients asks for',
        next: 'ulimit -n 65536, or fewer --clients',
      })
    default:
      return new LabError(`cannot connect to ${address}: ${error.message}`, {
        means: 'the server is not reachable from here',
      })
  }
}

/** The server closed a connection. `where` is absent when no request was open on it. */
export function connectionLost(
  client: number,
  where: Where | undefined,
  received: number,
  expected: number,
  error: Error | undefined,
): LabError {
  const why = error === undefined ? '' : ` (${error.message})`
  const when =
    where === undefined
      ? `connection ${client + 1} while no request was open on it`
      : `the connection before it had answered ${name(where, 0)}: ` +
        `${received} of ${expected} bytes had come`
  return new LabError(`the server closed ${when}${why}`, {
    means: 'the server crashed or was stopped, or it closes a connection that it should keep open',
    next: 'see what the server itself printed; without load: redis-cli -p PORT ping',
  })
}

/**
 * A reply that is not what it must be.
 * @param expected all replies of the batch
 * @param matched how many bytes of them had come and were right before `got`
 * @param got the bytes that came next
 */
export function wrongReply(where: Where, expected: Buffer, matched: number, got: Buffer): LabError {
  let same = 0
  while (
    same < got.length &&
    matched + same < expected.length &&
    got[same] === expected[matched + same]
  ) {
    same++
  }
  if (matched + same === expected.length) return extraReply(where, got.subarray(same))
  const { index, start, end } = replyAround(expected, matched + same)
  const at = matched + same - start
  // What came of this reply in earlier chunks was right, so it is found again in what was expected.
  const whole =
    start < matched
      ? Buffer.concat([expected.subarray(start, matched), got])
      : got.subarray(start - matched)
  const answer = whole.subarray(0, endOfReply(whole, 0))
  const request = name(where, index)
  if (answer[0] === 0x2d && at === 0) return errorReply(request, answer)
  return new LabError(
    `wrong reply to ${request}: expected ${showBytes(expected.subarray(start, end), at)}, ` +
      `got ${showBytes(answer, at)}, which differs at byte ${at}`,
    {
      means:
        'the server answered without doing the work, mixed up two clients, or lost or repeated a reply; ' +
        'or someone else writes to the same keys',
      next: look,
    },
  )
}

/** Bytes that came on top of a complete answer, or while no request was open. */
export function extraReply(where: Where | undefined, got: Buffer): LabError {
  if (got[0] === 0x2d) {
    return errorReply(where === undefined ? 'no request (none was open)' : name(where, 0), got)
  }
  const when =
    where === undefined
      ? 'bytes came while no request was open'
      : `more came than ${name(where, 0)} asks for`
  return new LabError(`an early or extra reply: ${when}: ${showBytes(got)}`, {
    means: 'the server answers before it has the request, or answers one request twice',
    next: look,
  })
}

/** All replies were there before the request had left this side. */
export function answeredTooSoon(where: Where): LabError {
  return new LabError(
    `an early reply: ${name(where, 0)} was answered before it had been sent whole`,
    {
      means: 'the server answers before it has the request',
      next: look,
    },
  )
}

export function silence(ms: number, waiting: readonly WaitingClient[], clients: number): LabError {
  const first = waiting[0]
  const open =
    first === undefined
      ? ''
      : `: ${waiting.length} of ${clients} connections wait, the first for the reply to ` +
        `${name(first.where, 0)}, of which ${first.received} of ${first.expected} bytes came`
  return new LabError(`no reply on any connection for ${ms / 1000} s${open}`, {
    means: 'the server hangs, has lost a reply, or waits for bytes that it has already been sent',
    next: look,
  })
}

export interface WaitingClient {
  where: Where
  received: number
  expected: number
}

function errorReply(request: string, reply: Buffer): LabError {
  const text = reply.toString('latin1')
  return new LabError(`the server answered ${request} with an error: ${showBytes(reply)}`, {
    means: meaningOf(text),
    next: look,
  })
}

function meaningOf(text: string): string {
  if (text.startsWith('-NOAUTH')) return 'the server needs a password, which the lab cannot give'
  if (text.startsWith('-LOADING')) return 'the server is still reading its data from disk'
  if (text.startsWith('-OOM')) return 'the server has reached its memory limit (maxmemory)'
  if (text.startsWith('-MOVED'))
    return 'a node of a Redis Cluster: npm run bench -- --target HOST:PORT --cluster'
  if (text.startsWith('-DENIED'))
    return 'redis-server in protected mode, reached from another machine'
  if (text.startsWith('-READONLY')) return 'the server is a read-only replica'
  if (text.includes('max number of clients'))
    return 'the server allows fewer clients than --clients'
  if (text.includes('unknown command')) return 'the server does not know this command'
  return 'the server refused a request that it should serve, or read it wrongly'
}

function name(where: Where, index: number): string {
  const total = where.total === null ? '' : ` of ${where.total}`
  return `${where.test} request ${where.first + index + 1}${total} on connection ${where.client + 1}`
}
