/**
 * Runs cases against a server, any server: it takes a host and a port, and returns what went
 * wrong, or nothing. It does not know of vitest, so that a reader's own server can be judged too.
 */
import { cmd, toWire } from './bytes.ts'
import type { Case, Ending, Exchange, Poll, Scan } from './case.ts'
import { CannotConnect, type Connection, openConnection, pause, turn } from './connection.ts'
import type { Failure } from './failure.ts'
import { bulk, compare, type Expected, matching, ok, pong, readReply, texts } from './replies.ts'

/**
 * How the bytes of a case reach the server: in one piece, in pieces of one byte, or split at these
 * offsets. TCP is a stream: a server that answers differently when the same bytes come in other
 * pieces is wrong, and a slow network will show it.
 */
export type Delivery = 'whole' | 'byte by byte' | readonly number[]

export interface Target {
  host: string
  port: number
}

export interface RunOptions {
  /** How long nothing may happen before a server counts as silent. Only a failure ever takes it. */
  deadlineMs?: number
}

/**
 * Runs one case on a fresh connection, after a FLUSHALL on another one.
 * @returns what went wrong; undefined if the server did as expected
 */
export async function runCase(
  target: Target,
  one: Case,
  delivery: Delivery,
  options: RunOptions = {},
): Promise<Failure | undefined> {
  const run = { target, delivery, deadlineMs: options.deadlineMs ?? defaultDeadlineMs }
  return await untilGone(one, delivery, async () => {
    for (let attempt = 1; ; attempt++) {
      const failure = (await flush(run)) ?? (await converse(run, one, deliveryName(delivery)))
      if (!mayBeOvertaken(failure, one, delivery) || attempt === ATTEMPTS) return failure
    }
  })
}

/** How often a case is tried whose replies a reset may overtake; a reply never sent fails each time. */
const ATTEMPTS = 5

/**
 * Bytes that arrive after the server has closed are answered with a reset, by Redis' kernel too: our
 * side then fails to write, and drops the replies that it has not read yet.
 */
function mayBeOvertaken(failure: Failure | undefined, one: Case, delivery: Delivery): boolean {
  return failure?.reason === closedBeforeReply && one.ends === 'closed' && delivery !== 'whole'
}

const closedBeforeReply = 'the server closed before the reply'

/**
 * Runs two cases at the same time on two connections, each in a database of its own; their pieces
 * arrive in turns. What one of them does must not be seen by the other.
 */
export async function runTogether(
  target: Target,
  [a, b]: readonly [Case, Case],
  delivery: Delivery,
  options: RunOptions = {},
): Promise<Failure | undefined> {
  const run = { target, delivery, deadlineMs: options.deadlineMs ?? defaultDeadlineMs }
  const how = (other: Case) => `${deliveryName(delivery)}, interleaved with "${other.name}"`
  return await untilGone(a, delivery, async () => {
    const failure = await flush(run)
    if (failure) return failure
    const both = [converse(run, a, how(b), '5'), converse(run, b, how(a), '9')]
    const failures = await Promise.all(both)
    return failures[0] ?? failures[1]
  })
}

interface Run {
  readonly target: Target
  readonly delivery: Delivery
  readonly deadlineMs: number
}

/** One case on one connection, as far as it has got. */
interface Conversation {
  readonly run: Run
  readonly connection: Connection
  /** How far the replies have been compared. */
  at: number
  sent: string
}

/** What went wrong, before it is known where. */
type Fault = Pick<Failure, 'reason' | 'step' | 'expected' | 'got'>

const defaultDeadlineMs = 10_000

/** Name of the failure if a server does not even get as far as the case. */
export const beforeTheCase = 'FLUSHALL before a case'

const any = matching(/[\s\S]*/)
const scanReply = matching(/\*2\r\n\$\d+\r\n\d+\r\n\*[\s\S]*/)

/** Opens a connection, uses it and closes it, however that ends. */
async function withConversation<T>(
  run: Run,
  use: (conversation: Conversation) => Promise<T>,
): Promise<T> {
  const { host, port } = run.target
  const connection = await openConnection(host, port, run.deadlineMs)
  try {
    return await use({ run, connection, at: 0, sent: '' })
  } finally {
    connection.destroy()
  }
}

/** A server that cannot be reached has failed the case; it is no fault of the runner. */
async function untilGone(
  { name }: Case,
  delivery: Delivery,
  run: () => Promise<Failure | undefined>,
): Promise<Failure | undefined> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof CannotConnect)) throw error
    const how = deliveryName(delivery)
    return { name, delivery: how, reason: error.message, step: '', sent: '', expected: '', got: '' }
  }
}

async function flush({ target, deadlineMs }: Run): Promise<Failure | undefined> {
  return await withConversation({ target, deadlineMs, delivery: 'whole' }, async (conversation) => {
    const fault = await request(conversation, cmd('FLUSHALL'), ok)
    return fault && { ...fault, name: beforeTheCase, delivery: 'whole', sent: conversation.sent }
  })
}

async function converse(
  run: Run,
  one: Case,
  delivery: string,
  database?: string,
): Promise<Failure | undefined> {
  return await withConversation(run, async (conversation) => {
    const fault =
      (database === undefined
        ? undefined
        : await request(conversation, cmd('SELECT', database), ok)) ??
      (await takeSteps(conversation, one)) ??
      (await checkEnding(conversation, one.ends ?? 'open'))
    return fault && { ...fault, name: one.name, delivery, sent: conversation.sent }
  })
}

async function takeSteps(conversation: Conversation, one: Case): Promise<Fault | undefined> {
  // Exchanges that follow each other go out as one stream, so that the pieces into which it is
  // cut need not end at the end of a command.
  let stream: Exchange[] = []
  for (const step of one.steps) {
    if (step.kind === 'exchange') {
      stream.push(step)
      continue
    }
    const fault = (await exchange(conversation, stream)) ?? (await ask(conversation, step))
    if (fault) return fault
    stream = []
  }
  return await exchange(conversation, stream)
}

async function exchange(conversation: Conversation, steps: Exchange[]): Promise<Fault | undefined> {
  const stream = steps.map((step) => step.send).join('')
  conversation.sent += stream
  // From one `setImmediate` to the next the loop looks at all sockets once; from anywhere else to
  // the first it may not, and two pieces would leave together.
  await turn()
  for (const piece of cut(toWire(stream), conversation.run.delivery))
    await conversation.connection.send(piece)
  for (const { send, expect } of steps) {
    for (const expected of expect) {
      const fault = await replyOf(conversation, send, expected)
      if (fault) return fault
    }
  }
  return undefined
}

/** Waits until the next reply is there in full, and compares it. */
async function replyOf(
  conversation: Conversation,
  step: string,
  expected: Expected,
): Promise<Fault | undefined> {
  const { connection } = conversation
  for (;;) {
    const verdict = compare(expected, connection.received(), conversation.at, connection.closed())
    if (verdict.kind === 'matched') {
      conversation.at = verdict.end
      return undefined
    }
    const got = connection.received().slice(conversation.at)
    if (verdict.kind === 'wrong') return { reason: 'wrong reply', step, expected, got }
    if (connection.closed()) {
      return { reason: closedBeforeReply, step, expected, got }
    }
    if (connection.expired()) return { reason: 'no reply in time', step, expected, got }
    await connection.changed()
  }
}

async function ask(conversation: Conversation, step: Poll | Scan): Promise<Fault | undefined> {
  return step.kind === 'poll' ? await askUntil(conversation, step) : await walk(conversation, step)
}

async function askUntil(
  conversation: Conversation,
  { send, meanwhile, until }: Poll,
): Promise<Fault | undefined> {
  const sentBefore = conversation.sent
  const end = performance.now() + conversation.run.deadlineMs
  let got = ''
  for (; ; await pause()) {
    const before = conversation.at
    conversation.sent = sentBefore
    const fault = await exchange(conversation, [{ kind: 'exchange', send, expect: [any] }])
    if (conversation.connection.expired() || performance.now() > end) {
      return { reason: 'did not come to this in time', step: send, expected: until, got }
    }
    if (fault) return { ...fault, expected: until }
    got = conversation.connection.received().slice(before, conversation.at)
    if (got === until) return undefined
    if (compare(meanwhile, got, 0, false).kind !== 'matched') {
      return { reason: 'wrong reply meanwhile', step: send, expected: meanwhile, got }
    }
  }
}

async function walk(
  conversation: Conversation,
  { options, keys, between }: Scan,
): Promise<Fault | undefined> {
  const found: string[] = []
  let cursor = '0'
  const seen = new Set<string>()
  let page = 0
  do {
    const before = conversation.at
    const send = cmd('SCAN', cursor, ...options)
    const scanned = await exchange(conversation, [{ kind: 'exchange', send, expect: [scanReply] }])
    if (scanned) return scanned
    const [next, names] = readReply(conversation.connection.received(), before)!.items!
    found.push(...texts(names!.items))
    cursor = next!.text
    for (const words of between?.(page) ?? []) {
      const fault = await exchange(conversation, [
        { kind: 'exchange', send: cmd(...words), expect: [any] },
      ])
      if (fault) return fault
    }
    page++
    if (seen.has(cursor)) {
      return { reason: 'the same cursor came twice', step: send, expected: '0', got: cursor }
    }
    seen.add(cursor)
  } while (cursor !== '0')
  const step = cmd('SCAN', '0', ...options)
  if (between) {
    const missed = keys.filter((key) => !found.includes(key)).join(' ')
    if (missed === '') return undefined
    return { reason: `keys were missed: ${missed}`, step, expected: keys.join(' '), got: '' }
  }
  const expected = keys.toSorted().join(' ')
  const got = found.toSorted().join(' ')
  if (got === expected) return undefined
  return { reason: 'not each key exactly once', step, expected, got }
}

async function checkEnding(conversation: Conversation, ends: Ending): Promise<Fault | undefined> {
  const { connection } = conversation
  if (ends === 'open') return await isOpen(conversation)
  if (ends === 'closed') {
    while (!connection.closed() && !connection.expired()) await connection.changed()
  } else {
    const fault = await letServerCatchUp(conversation.run)
    if (fault) return fault
  }
  const got = connection.received().slice(conversation.at)
  const fault = { step: conversation.sent, expected: '', got }
  if (got !== '') return { ...fault, reason: 'bytes after the last reply' }
  if (ends === 'closed' && !connection.closed()) {
    return { ...fault, reason: 'the server should have closed the connection' }
  }
  if (ends === 'waiting' && connection.closed()) {
    return { ...fault, reason: 'the server closed, but should wait for more' }
  }
  return undefined
}

async function isOpen(conversation: Conversation): Promise<Fault | undefined> {
  // A word of its own: one PONG too many would look like the answer to a bare PING.
  const word = 'still-there'
  const step = cmd('PING', word)
  await conversation.connection.send(toWire(step))
  const fault = await replyOf(conversation, step, bulk(word))
  if (fault) return { ...fault, reason: `${fault.reason} (to a PING after the case)` }
  const got = conversation.connection.received().slice(conversation.at)
  if (got === '') return undefined
  return { reason: 'bytes after the last reply', step, expected: '', got }
}

/**
 * Two rounds on another connection: by then the server has read what the first one has sent, and
 * written what it had to say to it. The last turn lets it be read here.
 */
async function letServerCatchUp(run: Run): Promise<Fault | undefined> {
  return await withConversation({ ...run, delivery: 'whole' }, async (other) => {
    const fault =
      (await request(other, cmd('PING'), pong)) ?? (await request(other, cmd('PING'), pong))
    if (fault) return { ...fault, reason: `${fault.reason} on another connection` }
    await turn()
    return undefined
  })
}

async function request(
  conversation: Conversation,
  send: string,
  expected: string,
): Promise<Fault | undefined> {
  return await exchange(conversation, [{ kind: 'exchange', send, expect: [expected] }])
}

/** The pieces in which the bytes are written. */
export function cut(bytes: Buffer, delivery: Delivery): Buffer[] {
  if (delivery === 'whole') return bytes.length === 0 ? [] : [bytes]
  if (delivery === 'byte by byte') return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
  const inside = delivery.filter((offset) => offset > 0 && offset < bytes.length)
  const cuts = [...new Set([0, ...inside, bytes.length])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i]!, end))
}

/** The delivery in words. */
function deliveryName(delivery: Delivery): string {
  return typeof delivery === 'string' ? delivery : `split at ${delivery.join(', ')}`
}
