import { describe, expect, it } from 'vitest'
import { cmd } from '../conformance/bytes.ts'
import { hasAll, needing } from '../conformance/servers.ts'
import { isInstalled } from '../run/installed.ts'
import { startRedis, startStage } from '../run/server.ts'
import { stages } from '../stages.ts'
import { generatedCommands } from './commands.ts'
import { type Fault, startFaultyProxy } from './faulty-proxy.ts'
import { fuzz, replay } from './fuzz.ts'
import { commandsLeftOut } from './left-out.ts'
import { Link } from './link.ts'
import { Side } from './side.ts'

/** How busy the machine is, is not tested: these only end what hangs. */
const patient = { timeoutMs: 50_000, shortenSeconds: 50 }

const honest = () => startStage({ id: 'stage4' })
const faulty = (fault: Fault) => () => startFaultyProxy(fault)
const afterGetrange =
  (fault: Fault): Fault =>
  (reply, sent, client) =>
    /getrange/i.test(sent) ? fault(reply, sent, client) : reply

describe('a faulty server is found, and the bytes that show it are shortened', {
  timeout: 60_000,
}, () => {
  const shortest = (pieces: string[]) => pieces.join('').length

  it('one wrong byte', async () => {
    const fault = afterGetrange((reply) => reply.replace('\r\n', '\n\n'))
    const { findings } = await fuzz(honest, faulty(fault), {
      ...{ ...patient, seed: 1, cases: 60, enough: 1 },
    })
    expect(findings.length).toBeGreaterThan(0)
    expect(findings[0]).toMatchObject({ seed: 1, seenOnce: false, difference: { kind: 'replies' } })
    expect(findings[0]!.pieces).toHaveLength(1)
    // `GETRANGE` and the end of its line.
    expect(shortest(findings[0]!.pieces)).toBeLessThan(12)
    expect(await replay(honest, faulty(fault), findings[0]!.pieces, patient)).toBeDefined()
    expect(await replay(honest, honest, findings[0]!.pieces, patient)).toBeUndefined()
  })

  it('a reply that is not sent', async () => {
    const fault = afterGetrange((reply) => reply.replace(/^.*?\r\n/s, ''))
    const pieces = [cmd('GETRANGE', 'k', '0', '1'), cmd('PING')]
    expect(await replay(honest, faulty(fault), pieces, patient)).toMatchObject({ kind: 'replies' })
  })

  it('a connection that is closed, or is not', async () => {
    const closes: Fault = (reply, sent, client) => {
      if (/getrange/i.test(sent)) client.end(reply, 'latin1')
      return /getrange/i.test(sent) ? undefined : reply
    }
    const pieces = [cmd('GETRANGE', 'k', '0', '1'), cmd('PING')]
    expect(await replay(honest, faulty(closes), pieces, patient)).toMatchObject({
      redis: { closed: false },
      stage: { closed: true },
    })
    const intact: Fault = (reply) => reply
    expect(await replay(honest, faulty(intact), ['QUIT\r\n'], patient)).toBeUndefined()
  })

  it('a server that never answers, after the timeout', async () => {
    const silent: Fault = (reply, sent) => (/SELECT/.test(sent) ? undefined : reply)
    const difference = await replay(honest, faulty(silent), ['PING\r\n'], { timeoutMs: 300 })
    expect(difference).toMatchObject({ kind: 'no answer', redis: { bytes: 'answers' } })
  })

  it('keys that are missing afterwards', async () => {
    const forgets: Fault = (reply) => reply.replaceAll('$3\r\nxyz\r\n', '$3\r\nxyy\r\n')
    const difference = await replay(honest, faulty(forgets), [cmd('SET', 'a', 'xyz')], patient)
    expect(difference).toMatchObject({ kind: 'state' })
  })
})

it('every command of a stage is sent, or left out with a reason', async () => {
  const server = await honest()
  const side = await Side.open(server)
  const listed = await side.ask(`${cmd('COMMAND', 'LIST')}${cmd('ECHO', 'end')}`, '\r\nend\r\n')
  side.destroy()
  await server.stop()
  const names = [...listed.matchAll(/\r\n([a-z:]+)(?=\r\n)/g)].map(([, name]) =>
    name!.toUpperCase(),
  )
  const known = new Set([...generatedCommands, ...commandsLeftOut.map(({ name }) => name), 'END'])
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => !known.has(name))).toEqual([])
})

it('a link knows when the other end has closed', async () => {
  const server = await honest()
  const link = await Link.open(server.host, server.port)
  link.write('QUIT\r\n')
  while (!link.closed) await link.changed()
  expect(link.received().toString()).toBe('+OK\r\n')
  link.destroy()
  await server.stop()
})

const redis = isInstalled('redis-server')
it.skipIf(!redis).each(stages.map(({ id, expected }) => [id, expected.readsPerRequest === null]))(
  needing('redis-server', '%s answers random cases like Redis'),
  async (id, readsBytes) => {
    // The commands are the same code in all stages; in some twenty cases, its parser meets most frames.
    const count = hasAll(id) ? 50 : 20
    const { findings, cases } = await fuzz(startRedis, () => startStage({ id }), {
      ...patient,
      seed: 20251111,
      cases: count,
      readsBytes,
    })
    expect(findings).toEqual([])
    expect(cases).toBe(count)
  },
  60_000,
)

describe('among many keys', { timeout: 60_000 }, () => {
  it('no difference is found where there is none', async () => {
    const options = { ...patient, seed: 3, cases: 20, keyspace: 20_000 }
    expect(await fuzz(honest, honest, options)).toMatchObject({ cases: 20, findings: [] })
  })

  it('a key that a case named and that is wrong afterwards', async () => {
    const forgets: Fault = (reply) => reply.replaceAll('$3\r\nxyz\r\n', '$3\r\nxyy\r\n')
    const pieces = [cmd('SET', 'k:000000007', 'xyz')]
    const options = { ...patient, keyspace: 1000 }
    expect(await replay(honest, faulty(forgets), pieces, options)).toMatchObject({ kind: 'state' })
    expect(await replay(honest, honest, pieces, options)).toBeUndefined()
  })

  it('a key that no case named and that is wrong in the end', async () => {
    // Of key 12, a text that no other key has.
    const text = `$12\r\n${'v'.repeat(12)}\r\n`
    const wrong: Fault = (reply) => reply.replace(text, text.replace('vv', 'vw'))
    const options = { ...patient, seed: 3, cases: 1, keyspace: 13 * 61 }
    const { findings } = await fuzz(honest, faulty(wrong), options)
    expect(findings).toMatchObject([{ pieces: [], difference: { kind: 'state' } }])
  })
})
