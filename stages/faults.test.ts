/** Many clients, and clients that misbehave: none of it may cost another one anything. */
import { readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  ask,
  bulk,
  connectionsOf,
  isBehind,
  open,
  readExactly,
  readToEnd,
  setCommand,
  until,
} from '../src/faults/client.ts'
import { answersToAll } from '../src/faults/reply-faults.ts'
import { startWatched, type WatchedStage } from '../src/faults/watched-stage.ts'
import { type RunningServer, startStage } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

// They wait for what must come, and take some seconds in all; this is for a server that hangs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const linux = process.platform === 'linux'

describe.each(stagesHere().here)('$id', (stage) => {
  const readsBytes = stage.expected.readsPerRequest === null
  let server: WatchedStage

  beforeAll(async () => {
    server = await startWatched(stage)
  })

  afterAll(() => server.stop())

  // What the test before has stored or left connected, even by failing, is gone.
  beforeEach(async () => {
    await until(async () => (await connectionsOf(server)) === 1)
    const socket = await open(server)
    await ask(socket, 'FLUSHALL\r\n', '+OK\r\n')
    socket.destroy()
    await until(async () => (await connectionsOf(server)) === 1)
  })

  it('serves 1,000 connections at once', async () => {
    const clients = await Promise.all(Array.from({ length: 1000 }, () => client(server)))
    // Each has a conversation of its own, in one piece, and all of them at the same time.
    const talks = clients.map((socket, i) => {
      const value = `value-${i}-`.repeat((i % 7) + 1)
      return ask(
        socket,
        `SET many:${i} ${value}\r\nGET many:${i}\r\n` +
          `STRLEN many:${i}\r\nDEL many:${i}\r\nGET many:${i}\r\n`,
        `+OK\r\n$${value.length}\r\n${value}\r\n:${value.length}\r\n:1\r\n$-1\r\n`,
      )
    })
    await Promise.all(talks)
    expect(await connectionsOf(server)).toBe(1001)
    for (const socket of clients) socket.destroy()
    await until(async () => (await connectionsOf(server)) === 1)
  })

  it('answers others while a command trickles in, a byte at a time', async () => {
    const [slow, quick] = [await client(server), await client(server)]
    for (const byte of '*3\r\n$3\r\nSET\r\n$7\r\ntrickle\r\n$4\r\na\r\nb\r\n') {
      slow.write(byte)
      await ask(quick, 'PING\r\n', '+PONG\r\n')
    }
    await ask(slow, 'GET trickle\r\n', '+OK\r\n$4\r\na\r\nb\r\n')
  })

  it('answers all that came before the client ended the stream', async () => {
    const count = readsBytes ? 2000 : 20_000
    for (const command of ['PING', 'ECHO +PONG']) {
      const answers = await answersToAll(server, `${command}\r\n`.repeat(count))
      const one = command === 'PING' ? '+PONG\r\n' : '$5\r\n+PONG\r\n'
      expect(answers.length).toBe(count * one.length)
      expect(answers).toBe(one.repeat(count))
    }
  })

  it('sends a client all that waits for it after it has ended the stream', async () => {
    const value = Buffer.alloc(100_000, 'x')
    const socket = await client(server)
    await ask(socket, setCommand('big', value), '+OK\r\n')
    const count = 120 // more than the system's own buffers take
    socket.end('GET big\r\n'.repeat(count))
    await until(() => isBehind(server, socket.localPort!))
    const { bytes, how } = await readToEnd(socket)
    expect(how).toBe('end')
    expect(bytes.length).toBe(count * bulk(value).length)
  })

  it('forgets a command whose client resets the connection half-way', async () => {
    for (let round = 0; round < 50; round++) {
      const socket = await client(server)
      socket.write(`SET whole:${round} yes\r\n*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$100\r\nonly`)
      await readExactly(socket, Buffer.from('+OK\r\n'))
      socket.resetAndDestroy()
    }
    await until(async () => (await connectionsOf(server)) === 1)
    const after = await client(server)
    await ask(after, 'EXISTS half whole:0 whole:49\r\n', ':2\r\n')
  })

  it('takes and returns a large value, whole and in small pieces', async () => {
    const size = readsBytes ? 1 << 17 : 8 << 20
    const value = Buffer.alloc(size, 'every 23 bytes the same')
    const socket = await client(server)
    await ask(socket, setCommand('whole', value), '+OK\r\n')
    await ask(socket, 'GET whole\r\n', bulk(value))
    const small = value.subarray(0, 100_001)
    const command = setCommand('pieces', small)
    for (let at = 0; at < command.length; at += 1009) {
      await new Promise((sent) => socket.write(command.subarray(at, at + 1009), sent))
    }
    await readExactly(socket, Buffer.from('+OK\r\n'))
    await ask(socket, 'GET pieces\r\n', bulk(small))
  })

  it('keeps many keys apart', async () => {
    const count = readsBytes ? 5_000 : 20_000
    const socket = await client(server)
    const numbers = Array.from({ length: count }, (_, i) => i)
    for (let at = 0; at < count; at += 1000) {
      const pairs = numbers.slice(at, at + 1000).map((i) => `key:${i} ${i}`)
      await ask(socket, `MSET ${pairs.join(' ')}\r\n`, '+OK\r\n')
    }
    await ask(socket, 'DBSIZE\r\n', `:${count}\r\n`)
    for (let at = 0; at < count; at += 1000) {
      const some = numbers.slice(at, at + 1000)
      const replies = some.map((i) => `$${String(i).length}\r\n${i}\r\n`)
      const keys = some.map((i) => `key:${i}`)
      await ask(socket, `MGET ${keys.join(' ')}\r\n`, `*1000\r\n${replies.join('')}`)
    }
    await ask(socket, 'FLUSHALL\r\nDBSIZE\r\n', '+OK\r\n:0\r\n')
  })

  it('keeps nothing of connections that were closed', async () => {
    await openAndClose(server, 300) // what is compiled and cached for the first of them stays
    const before = await server.liveBytes()
    const descriptors = linux ? openFiles(server.pid) : 0
    await openAndClose(server, 1000)
    await until(async () => (await connectionsOf(server)) === 1)
    // The sizes of V8's own tables vary by some 100 KB; a socket and its session have about 10 KB.
    expect((await server.liveBytes()) - before).toBeLessThan(500_000)
    if (linux) await until(() => openFiles(server.pid) <= descriptors)
  })

  it('on SIGTERM under load answers whole commands, closes, and ends with 0', async () => {
    const loaded = await startStage(stage, { nodeFlags: ['--import', NO_TIMEOUT] })
    const clients = await Promise.all(Array.from({ length: 20 }, () => client(loaded)))
    // The kernel connects them; only an answer shows that the server has accepted them as well.
    for (const socket of clients) await ask(socket, 'PING\r\n', '+PONG\r\n')
    let batches = 0
    const endings = clients.map(async (socket, i) => {
      const word = String(i).padStart(40, '-')
      const reply = `$40\r\n${word}\r\n`
      // Two batches are always on their way, so that the signal comes in the middle of one.
      const batch = `ECHO ${word}\r\n`.repeat(50)
      let due = 0
      socket.on('data', ({ length }: Buffer) => {
        due += length
        for (; due >= 50 * reply.length; due -= 50 * reply.length, batches++) socket.write(batch)
      })
      socket.write(batch + batch)
      return { reply, ...(await readToEnd(socket)) }
    })
    await until(() => batches > 200)
    process.kill(loaded.pid, 'SIGTERM')
    for (const { reply, bytes, how } of await Promise.all(endings)) {
      expect(how).toBe('end')
      expect(bytes.equals(Buffer.from(reply.repeat(bytes.length / reply.length)))).toBe(true)
    }
    expect(await loaded.ended).toBe('exit code 0')
  })
})

/** A stage gives its clients a second, and ends then: with this it ends when all have closed, or never. */
const NO_TIMEOUT = 'data:text/javascript,globalThis.setTimeout = () => ({ unref() {} })'

/** A client that leaves at the end of the test, however that ends. */
async function client(target: RunningServer): Promise<Socket> {
  const socket = await open(target)
  onTestFinished(() => void socket.destroy())
  return socket
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Connections one after the other, twenty at a time; half of them end in order, half by a reset. */
async function openAndClose(server: WatchedStage, count: number): Promise<void> {
  let left = count
  const keepGoing = async () => {
    while (left-- > 0) await come(await open(server), left % 2 === 0)
  }
  await Promise.all(Array.from({ length: 20 }, keepGoing))
}

async function come(socket: Socket, inOrder: boolean): Promise<void> {
  await ask(socket, 'PING\r\n', '+PONG\r\n')
  if (!inOrder) {
    socket.resetAndDestroy()
    return
  }
  const closed = readToEnd(socket)
  socket.end()
  await closed
}
