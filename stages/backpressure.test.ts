/** A client that asks faster than it reads: what it gets late must still be what it asked for. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startStage } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

/** Reads exactly `length` bytes, and leaves the socket paused. */
function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let total = 0
    const onData = (piece: Buffer) => {
      pieces.push(piece)
      total += piece.length
      if (total < length) return
      socket.pause().off('data', onData).off('close', onClose)
      resolve(Buffer.concat(pieces))
    }
    const onClose = () => reject(new Error(`closed after ${total} bytes`))
    socket.on('data', onData).once('close', onClose).resume()
  })
}

function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')])
}

/** What others ask meanwhile: long replies, which go through all of the memory of replies. */
const OTHERS = { rounds: 50, bytes: 60_000 }

describe.each(stagesHere().here)('$id', (stage) => {
  // Stage 1 would read these for seconds; it sends its replies as stage 2 does.
  const readsBytes = stage.expected.readsPerRequest === null
  const { rounds, bytes } = readsBytes ? { rounds: 5, bytes: 6000 } : OTHERS
  let server: RunningServer

  beforeAll(async () => {
    server = await startStage(stage)
  })

  afterAll(() => server.stop())

  async function open(): Promise<Socket> {
    const socket = connect({ port: server.port, host: server.host, noDelay: true })
    await once(socket, 'connect')
    return socket
  }

  // Of each kind: replies that share a slab, and a value that is sent without being copied.
  it.each([
    ['small', 1_000, 20_000],
    ['large', 200_000, 100],
  ])('replies with %s values wait unharmed for a slow reader', async (name, size, count) => {
    const value = Buffer.alloc(size, `${name} value `)
    const [slow, quick] = [await open(), await open()]
    slow.write(Buffer.concat([Buffer.from(`*3\r\n$3\r\nSET\r\n$5\r\n${name}\r\n`), bulk(value)]))
    await read(slow, 5)
    // 20 MB of replies: more than the kernel's buffers take. Nothing is read meanwhile.
    await new Promise((taken) => slow.write(`GET ${name}\r\n`.repeat(count), taken))
    // The server goes on to serve others, whose replies go through all of the same memory.
    const theirs = bulk(Buffer.alloc(bytes, 'other clients '))
    for (let round = 0; round < rounds; round++) {
      quick.write(Buffer.concat([Buffer.from('*2\r\n$4\r\nECHO\r\n'), theirs]))
      expect((await read(quick, theirs.length)).equals(theirs)).toBe(true)
    }
    const reply = bulk(value)
    const got = await read(slow, reply.length * count)
    expect(got.length).toBe(reply.length * count)
    for (let at = 0; at < count; at++) {
      const piece = got.subarray(at * reply.length, (at + 1) * reply.length)
      if (!piece.equals(reply)) throw new Error(`reply ${at} of ${count} is not what was stored`)
    }
    slow.destroy()
    quick.destroy()
  })

  it('a reply that waits is not changed by a command that follows', async () => {
    const [slow, quick] = [await open(), await open()]
    const value = Buffer.alloc(300_000, 'v')
    await exchange(
      slow,
      Buffer.concat([Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\nv\r\n'), bulk(value)]),
      5,
    )
    const count = 100
    slow.write(`${'GET v\r\n'.repeat(count)}SET done yes\r\n`)
    while ((await exchange(quick, 'EXISTS done\r\n', 4)) !== ':1\r\n');
    for (const at of [0, 1, 299_999]) await exchange(quick, `SETRANGE v ${at} X\r\n`, 9)
    const reply = bulk(value)
    const got = await read(slow, reply.length * count + 5)
    for (let at = 0; at < count; at++) {
      const piece = got.subarray(at * reply.length, (at + 1) * reply.length)
      if (!piece.equals(reply)) throw new Error(`reply ${at} of ${count} was changed`)
    }
    // The same within a transaction, whose replies are sent together.
    value[0] = 0x58
    value[1] = 0x58
    value[299_999] = 0x58
    const before = bulk(value)
    value[7] = 0x59
    slow.write('MULTI\r\nGET v\r\nSETRANGE v 7 Y\r\nGET v\r\nEXEC\r\n')
    const expected = Buffer.concat([
      Buffer.from('+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n'),
      before,
      Buffer.from(':300000\r\n'),
      bulk(value),
    ])
    expect((await read(slow, expected.length)).equals(expected)).toBe(true)
    slow.destroy()
    quick.destroy()
  })
})

/** Sends, and waits for a reply of this length. */
async function exchange(socket: Socket, bytes: Buffer | string, length: number): Promise<string> {
  socket.write(bytes)
  return (await read(socket, length)).toString('latin1')
}
