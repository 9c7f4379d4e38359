import { describe, expect, it } from 'vitest'
import { cmd } from '../conformance/bytes.ts'
import { needing } from '../conformance/servers.ts'
import { isInstalled } from '../run/installed.ts'
import { startRedis, startStage } from '../run/server.ts'
import { stages } from '../stages.ts'
import { generatedCommands } from './commands.ts'
import { fuzz, replay } from './fuzz.ts'
import { commandsLeftOut } from './left-out.ts'
import { type Lie, startLiar } from './liar.ts'
import { Link } from './link.ts'
import { shrink } from './shrink.ts'
import { Side } from './side.ts'

const honest = () => startStage({ id: 'stage4' })
const lying = (lie: Lie) => () => startLiar(lie)
const saysIfAsked =
  (lie: Lie): Lie =>
  (said, sent, client) =>
    /getrange/i.test(sent) ? lie(said, sent, client) : said

describe('a server that lies is found, and what shows it is made short', {
  timeout: 60_000,
}, () => {
  const shortest = (pieces: string[]) => pieces.join('').length

  it('one wrong byte', async () => {
    const lie = saysIfAsked((said) => said.replace('\r\n', '\n\n'))
    const { findings } = await fuzz(honest, lying(lie), { seed: 1, cases: 60, enough: 1 })
    expect(findings.length).toBeGreaterThan(0)
    expect(findings[0]).toMatchObject({ seed: 1, seenOnce: false, difference: { kind: 'replies' } })
    expect(findings[0]!.pieces).toHaveLength(1)
    // `GETRANGE` and the end of its line.
    expect(shortest(findings[0]!.pieces)).toBeLessThan(12)
    expect(await replay(honest, lying(lie), findings[0]!.pieces)).toBeDefined()
    expect(await replay(honest, honest, findings[0]!.pieces)).toBeUndefined()
  })

  it('a reply that is not sent', async () => {
    const lie = saysIfAsked((said) => said.replace(/^.*?\r\n/s, ''))
    const { findings } = await fuzz(honest, lying(lie), { seed: 2, cases: 60, enough: 1 })
    expect(findings[0]).toMatchObject({ seenOnce: false, difference: { kind: 'replies' } })
    expect(shortest(findings[0]!.pieces)).toBeLessThan(12)
  })

  it('a connection that is closed, or is not', async () => {
    const closes: Lie = (said, sent, client) => {
      if (/getrange/i.test(sent)) client.end(said, 'latin1')
      return /getrange/i.test(sent) ? undefined : said
    }
    const pieces = [cmd('GETRANGE', 'k', '0', '1'), cmd('PING')]
    expect(await replay(honest, lying(closes), pieces)).toMatchObject({
      redis: { closed: false },
      stage: { closed: true },
    })
    const staysOpen: Lie = (said) => said
    expect(await replay(honest, lying(staysOpen), ['QUIT\r\n'])).toBeUndefined()
  })

  it('one that never answers any more, as soon as patience ends', async () => {
    const silent: Lie = (said, sent) => (/SELECT/.test(sent) ? undefined : said)
    const difference = await replay(honest, lying(silent), ['PING\r\n'], { patienceMs: 300 })
    expect(difference).toMatchObject({ kind: 'gone', redis: { bytes: 'answers' } })
  })

  it('keys that are not there afterwards', async () => {
    const forgets: Lie = (said) => said.replaceAll('$3\r\nxyz\r\n', '$3\r\nxyy\r\n')
    const difference = await replay(honest, lying(forgets), [cmd('SET', 'a', 'xyz')])
    expect(difference).toMatchObject({ kind: 'state' })
  })
})

it('makes an input short: pieces, commands, words, bytes', async () => {
  const items = ['PING', 'SET', 'GET'].map((name) => {
    const words = [name, 'some key', 'a value that is long']
    return { words, bytes: cmd(...words) }
  })
  const pieces = items.flatMap(({ bytes }) => [bytes.slice(0, 9), bytes.slice(9)])
  const fails = async (tried: readonly string[]) => /\$\d\r\nSET/.test(tried.join(''))
  expect(await shrink({ items, pieces }, fails, 5000)).toEqual(['$3\r\nSET'])
  const onlyCut = async (tried: readonly string[]) => tried.length > 1 && /SET/.test(tried.join(''))
  const cut = await shrink({ items, pieces }, onlyCut, 5000)
  expect(cut).toHaveLength(2)
  expect(cut.join('').length).toBeLessThan(10)
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
  needing('redis-server', '%s answers 150 cases as Redis does'),
  async (id, readsBytes) => {
    const { findings, cases } = await fuzz(startRedis, () => startStage({ id }), {
      seed: 20251111,
      cases: 150,
      readsBytes,
    })
    expect(findings).toEqual([])
    expect(cases).toBe(150)
  },
  60_000,
)
