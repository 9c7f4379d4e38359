/**
 * What cannot be the same for a server whose reads return one byte: whether a line has ended when it
 * is too long, and which replies have left when a `Host:` comes. Such a stage does what Redis does
 * with the same bytes if each comes alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../run/installed.ts'
import { type RunningServer, startRedis, startStage } from '../run/server.ts'
import { stages } from '../stages.ts'
import { cmd, toWire } from './bytes.ts'
import type { Case } from './case.ts'
import { subjects } from './cases/index.ts'
import { openConnection } from './connection.ts'
import { needing } from './servers.ts'

const cases = subjects.flatMap((subject) => subject.cases.filter((one) => one.inOnePiece))
const stage = stages.find(({ expected }) => expected.readsPerRequest === null)!
/** Redis looks at the length of a line only beyond this, so what comes before may come together. */
const TOGETHER = 65_500
const SILENCE = 60_000

describe.skipIf(!isInstalled('redis-server'))(needing('redis-server', stage.id), () => {
  let redis: RunningServer
  let server: RunningServer

  beforeAll(async () => {
    ;[redis, server] = await Promise.all([startRedis(), startStage(stage)])
  })

  afterAll(() => Promise.all([redis.stop(), server.stop()]))

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    { timeout: 0 },
    async (_name, one) => {
      const bytes = toWire(sentBy(one) + cmd('QUIT'))
      const theirs = await readApart(redis, bytes)
      expect(theirs).toBe(await answerTo(server, (send) => send(bytes)))
    },
  )
})

function sentBy({ steps }: Case): string {
  return steps.map((step) => ('send' in step ? step.send : '')).join('')
}

/** What a server says to bytes of which it reads one at a time, from where that makes a difference. */
async function readApart(target: RunningServer, bytes: Buffer): Promise<string> {
  const other = await openConnection(target.host, target.port, SILENCE)
  let asked = 0
  const hasRead = async () => {
    // Two rounds: by then it has looked at every other connection in between.
    for (let round = 0; round < 2; round++) {
      await other.send(toWire(cmd('PING')))
      asked++
      while (other.received().length < asked * '+PONG\r\n'.length) await other.changed()
    }
  }
  const head = bytes.length > TOGETHER ? TOGETHER : 0
  const answer = await answerTo(target, async (send, closed) => {
    await send(bytes.subarray(0, head))
    for (let at = head; at < bytes.length && !closed(); at++) {
      await hasRead()
      await send(bytes.subarray(at, at + 1))
    }
  })
  other.destroy()
  return answer
}

/** All that comes back until the server closes. */
async function answerTo(
  { host, port }: RunningServer,
  speak: (send: (piece: Buffer) => Promise<void>, closed: () => boolean) => Promise<void>,
): Promise<string> {
  const connection = await openConnection(host, port, SILENCE)
  await speak(connection.send, connection.closed)
  while (!connection.closed() && !connection.expired()) await connection.changed()
  expect(connection.expired()).toBe(false)
  const said = connection.received()
  connection.destroy()
  return said
}
