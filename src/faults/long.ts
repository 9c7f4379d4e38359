/** The faults that take too long for the test suite, which has the short version of each. */
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Stage } from '../stages.ts'
import {
  ask,
  bulk,
  connectionsOf,
  open,
  readExactly,
  readToEnd,
  setCommand,
  until,
} from './client.ts'
import { type Fault, type Figures, MB, readsBytes, rss, type Trial } from './fault.ts'
import { OUTPUT_LIMIT, replyFaults } from './reply-faults.ts'
import { counted, usedMemory } from './stored-bytes.ts'
import { startWatched, type WatchedStage } from './watched-stage.ts'

export const faults: readonly Fault[] = [
  {
    name: 'connections',
    about: '100,000 connections opened and closed: the heap is as it was before',
    run: connections,
  },
  { name: 'value', about: 'a 64 MiB value, whole and in small pieces', run: largeValue },
  {
    name: 'keys',
    about: 'a million keys, each read back; and the memory is free again after FLUSHALL',
    run: manyKeys,
  },
  {
    name: 'deaf',
    about: 'a client that asks and never reads is dropped at 256 MiB, with bounded memory',
    run: deafClient,
  },
  ...replyFaults,
  {
    name: 'counted',
    about:
      'used_memory and resident memory, without free pages, agree within a factor of 1.5, ' +
      'for every way to store',
    run: counted,
  },
]

export interface Outcome {
  fault: string
  seconds: number
  figures: Figures
  /** Why it failed; undefined if the server stood it. */
  failure?: string
}

/** Runs one fault against a new server, which must be alive and end well afterwards. */
export async function runFault(
  fault: Fault,
  stage: Stage,
  share: number,
  progress: Trial['progress'],
): Promise<Outcome> {
  const began = performance.now()
  // What one value or reply may take is limited, not what the keys do.
  const { args = [], nodeFlags = [] } = fault.options?.(stage) ?? {}
  const server = await startWatched(stage, ['--maxmemory', '0', ...args], nodeFlags)
  const outcome = { fault: fault.name, figures: {} as Figures }
  const seconds = () => (performance.now() - began) / 1000
  try {
    outcome.figures = await fault.run({ server, stage, share, progress })
    const after = await open(server)
    await ask(after, 'PING\r\n', '+PONG\r\n')
    after.destroy()
    await server.stop()
    const how = await server.ended
    if (how !== 'exit code 0') throw new Error(`it ended with ${how}`)
    return { ...outcome, seconds: seconds() }
  } catch (failure) {
    const { message, figures = outcome.figures } = failure as Error & { figures?: Figures }
    return { ...outcome, figures, seconds: seconds(), failure: message }
  } finally {
    await server.stop()
  }
}

/** V8's own tables vary by this much, in bytes, whatever the number of connections. */
const TABLES = 2 * MB

async function connections({ server, share, progress }: Trial): Promise<Figures> {
  const count = Math.round(100_000 * share)
  await openAndClose(server, Math.round(1000 * share), () => {})
  const before = await server.liveBytes()
  await openAndClose(server, count, (done) => progress(done / count))
  await until(async () => (await connectionsOf(server)) === 1)
  const after = await server.liveBytes()
  const figures = { connections: count, liveBefore: before, liveAfter: after, rss: rss(server) }
  if (after - before > TABLES) {
    throw new Error(`${after - before} bytes more are in use after ${count} connections`)
  }
  return figures
}

async function openAndClose(
  server: WatchedStage,
  count: number,
  progress: (done: number) => void,
): Promise<void> {
  let begun = 0
  const keepGoing = async () => {
    while (begun < count) {
      const inOrder = begun++ % 2 === 0
      const socket = await open(server)
      await ask(socket, 'PING\r\n', '+PONG\r\n')
      const closed = readToEnd(socket)
      // Connections that were closed in order keep their port of ours for a minute: half of them are
      // reset, which frees it at once.
      if (inOrder) socket.end()
      else socket.resetAndDestroy()
      await closed
      if (begun % 1000 === 0) progress(begun)
    }
  }
  await Promise.all(Array.from({ length: 20 }, keepGoing))
}

async function largeValue({ server, stage, share, progress }: Trial): Promise<Figures> {
  const value = Buffer.alloc(Math.round(64 * MB * share), 'every 23 bytes the same')
  const socket = await open(server)
  await ask(socket, setCommand('whole', value), '+OK\r\n')
  await ask(socket, 'GET whole\r\n', bulk(value))
  progress(0.5)
  const pieces = readsBytes(stage) ? value.subarray(0, MB) : value
  const command = setCommand('pieces', pieces)
  const piece = 1009
  for (let at = 0; at < command.length; at += piece) {
    await write(socket, command.subarray(at, at + piece))
    if (at % (piece * 1000) === 0) progress(0.5 + at / command.length / 2)
  }
  await readExactly(socket, Buffer.from('+OK\r\n'))
  await ask(socket, 'GET pieces\r\n', bulk(pieces))
  socket.destroy()
  return { valueBytes: value.length, pieceBytes: piece, rss: rss(server) }
}

function write(socket: Socket, bytes: Buffer | string): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()))
}

async function manyKeys({ server, share, progress }: Trial): Promise<Figures> {
  const count = Math.round((1_000_000 * share) / 1000) * 1000
  const before = await server.liveBytes()
  const socket = await open(server)
  for (let at = 0; at < count; at += 1000) {
    const pairs = Array.from({ length: 1000 }, (_, i) => `key:${at + i} ${at + i}`)
    await ask(socket, `MSET ${pairs.join(' ')}\r\n`, '+OK\r\n')
    progress(at / count / 2)
  }
  await ask(socket, 'DBSIZE\r\n', `:${count}\r\n`)
  const full = await server.liveBytes()
  for (let at = 0; at < count; at += 1000) {
    const keys = Array.from({ length: 1000 }, (_, i) => `key:${at + i}`)
    const replies = keys.map((key) => bulk(Buffer.from(key.slice('key:'.length))))
    await ask(
      socket,
      `MGET ${keys.join(' ')}\r\n`,
      Buffer.concat([Buffer.from('*1000\r\n'), ...replies]),
    )
    progress(0.5 + at / count / 2)
  }
  const used = await usedMemory(socket)
  await ask(socket, 'FLUSHALL\r\nDBSIZE\r\n', '+OK\r\n:0\r\n')
  socket.destroy()
  const after = await server.liveBytes()
  const figures = { keys: count, liveBefore: before, liveFull: full, used, liveAfter: after }
  if (after - before > TABLES) throw new Error(`${after - before} bytes are in use after FLUSHALL`)
  return figures
}

/** What a stage may need beside the replies themselves: a few objects for each write that waits. */
const RSS_LIMIT = 4 * OUTPUT_LIMIT

async function deafClient({ server, progress }: Trial): Promise<Figures> {
  const [deaf, other] = [await open(server), await open(server)]
  // Replies that are made for this client alone, so that they take memory while they wait.
  const reply = 10_000
  await ask(other, setCommand('v', Buffer.alloc(reply, 'v')), '+OK\r\n')
  const here = `client ${deaf.localAddress}:${deaf.localPort} closed`
  const rssBefore = rss(server)
  let asked = 0
  let rssMost = 0
  while (!server.errorOutput().includes(here)) {
    if (asked * reply < 4 * OUTPUT_LIMIT && deaf.writableLength === 0) {
      deaf.write('GETRANGE v 0 -1\r\n'.repeat(200))
      asked += 200
    }
    // Others are served all the time.
    await ask(other, 'PING\r\n', '+PONG\r\n')
    rssMost = Math.max(rssMost, rss(server))
    progress(Math.min(1, (asked * reply) / OUTPUT_LIMIT))
    await turn()
  }
  await until(async () => (await connectionsOf(server)) === 2)
  deaf.destroy()
  other.destroy()
  const figures = { asked: asked * reply, rssBefore, rssMost, liveAfter: await server.liveBytes() }
  if (rssMost > RSS_LIMIT) throw new Error(`its memory rose to ${rssMost} bytes`)
  return figures
}
