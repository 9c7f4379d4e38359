/** When a key may expire: between two commands, and never in the middle of one. */
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { open, readToEnd } from '../src/faults/client.ts'
import { type RunningServer, startStage } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

// It takes as long as a process takes to start; this is for a server that hangs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Each time that the stage looks at the clock, a millisecond has passed. */
const CLOCK = 'data:text/javascript,let now = Date.now(); Date.now = () => ++now'
/** So a key with one of these times to live, in ms, expires at each of the first looks. */
const TIMES = Array.from({ length: 30 }, (_, at) => at + 1)

describe.each(stagesHere().here)('$id', (stage) => {
  let server: RunningServer

  beforeAll(async () => {
    server = await startStage(stage, { nodeFlags: ['--import', CLOCK] })
  })

  afterAll(() => server.stop())

  /** The replies, without their line ends; commands are sent together, so that little time passes. */
  async function replies(...commands: string[]): Promise<string> {
    const socket: Socket = await open(server)
    socket.write(`FLUSHALL\r\n${commands.join('\r\n')}\r\nQUIT\r\n`)
    const { bytes } = await readToEnd(socket)
    return bytes.toString('latin1').split('\r\n').slice(1, -2).join(' ')
  }

  // What it replies and leaves behind if the key is there, and if not.
  it.each([
    ['APPEND k x', 'abc', ':4', '$4 abcx', ':1', '$1 x'],
    ['SETRANGE k 1 x', 'abc', ':3', '$3 axc', ':2', '$2 \0x'],
    ['SETBIT k 7 0', 'abc', ':1', '$3 `bc', ':0', '$1 \0'],
    ['INCRBY k 1', '5', ':6', '$1 6', ':1', '$1 1'],
    ['INCRBYFLOAT k 1', '5', '$1 6', '$1 6', '$1 1', '$1 1'],
    ['SET k new KEEPTTL', 'old', '+OK', '$3 new', '+OK', '$3 new'],
  ])('%s changes a key that expires, or makes one that does not', async (command, old, ...ends) => {
    const [reply, value, otherReply, otherValue] = ends
    for (const time of TIMES) {
      const got = await replies(`SET k ${old} PX ${time}`, command, 'GET k', 'PTTL k')
      expect([
        `+OK ${reply} ${value} expires`,
        `+OK ${reply} $-1 expires`,
        `+OK ${otherReply} ${otherValue} :-1`,
      ]).toContain(got.replace(/:(?:\d+|-2)$/, 'expires'))
    }
  })

  it.each([
    ['RENAME from to', '+OK', '-ERR no such key'],
    ['COPY from to REPLACE', ':1', ':0'],
  ])('%s has moved the value if it says so', async (command, done, refused) => {
    for (const time of TIMES) {
      const got = await replies('SET to old', `SET from new PX ${time}`, command, 'GET to')
      const [reply, now] = [
        got.slice('+OK +OK '.length).replace(/ \$.*$/, ''),
        got.split('$').at(-1),
      ]
      expect([done, refused]).toContain(reply)
      expect(reply === done ? ['3 new', '-1'] : ['3 old']).toContain(now)
    }
  })

  it('EXEC runs all its commands at one time', async () => {
    for (const time of TIMES) {
      const got = await replies(`SET k v PX ${time}`, 'MULTI', 'GET k', 'EXISTS k', 'GET k', 'EXEC')
      expect(got).toMatch(/ \*3 (?:\$1 v :1 \$1 v|\$-1 :0 \$-1)$/)
    }
  })
})
