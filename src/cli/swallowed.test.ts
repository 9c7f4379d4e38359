import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { asTyped } from './command.ts'
import { swallowedOptions } from './swallowed.ts'

const options = {
  pipeline: { type: 'string' },
  clients: { type: 'string' },
  tests: { type: 'string' },
  'save-as': { type: 'string' },
  save: { type: 'string' },
  quick: { type: 'boolean' },
  'no-race': { type: 'boolean' },
} as const
const help = ['--pipeline N   requests', '--clients N   connections', '--tests LIST   of get, set']

// What npm 11 passes on for each of these lines.
test.each([
  ['1 --quick', ['1'], { quick: 'true' }, 'npm run x 1 -- --quick'],
  ['--quick', [], { quick: 'true' }, 'npm run x -- --quick'],
  ['1 --pipeline 16', ['1', '16'], { pipeline: 'true' }, 'npm run x 1 -- --pipeline 16'],
  [
    '--pipeline 16 --clients 5',
    ['16', '5'],
    { pipeline: 'true', clients: 'true' },
    'npm run x -- --pipeline 16 --clients 5',
  ],
  [
    '--tests get --quick',
    ['get'],
    { tests: 'true', quick: 'true' },
    'npm run x -- --tests get --quick',
  ],
  ['--clients=5 --quick', [], { clients: '5', quick: 'true' }, 'npm run x -- --clients 5 --quick'],
  [
    '1 --tests get --pipeline 16',
    ['1', 'get', '16'],
    { pipeline: 'true', tests: 'true' },
    'npm run x 1 -- --pipeline 16 --tests get',
  ],
  ['1 --no-race', ['1'], { race: '' }, 'npm run x 1 -- --no-race'],
  ['--save-as=a', [], { save_as: 'a' }, 'npm run x -- --save-as a'],
  [
    '1 --quick -- --clients 5',
    ['1', '--clients', '5'],
    { quick: 'true' },
    'npm run x 1 -- --quick --clients 5',
  ],
])('%s', (_typed, words, config, next) => {
  const env = Object.fromEntries(
    Object.entries(config).map(([name, value]) => [`npm_config_${name}`, value]),
  )
  const found = swallowedOptions(options, help, words, env)!
  expect(asTyped('npm run x', found.words)).toBe(next)
})

test('with two values it does not guess which belongs to which option', () => {
  const env = { npm_config_pipeline: 'true', npm_config_clients: 'true' }
  expect(swallowedOptions(options, help, ['16', '5'], env)).toMatchObject({
    names: ['--pipeline', '--clients'],
    unsure: true,
  })
  expect(
    swallowedOptions(options, help, ['1', '16'], { npm_config_pipeline: 'true' }),
  ).toMatchObject({ unsure: false })
})

test("npm's own settings are not options of the command", () => {
  const env = { npm_config_loglevel: 'silent', npm_config_audit: '', PATH: '/bin' }
  expect(swallowedOptions(options, help, ['1'], env)).toBeUndefined()
})

const cache = mkdtempSync(join(tmpdir(), 'lab-npm-'))
afterAll(() => rmSync(cache, { recursive: true, force: true }))

/** What npm leaves out of its variables is in its log. */
test.each([
  ['1 --clients 5 --pipeline 16', ['1', '5', '16'], 'npm run x 1 -- --clients 5 --pipeline 16'],
  ['--pipeline 16 1', ['16', '1'], 'npm run x -- --pipeline 16 1'],
  ['1 --quick --save "a b"', ['1', 'a b'], "npm run x 1 -- --quick --save 'a b'"],
  ['1 --quick -- --clients 5', ['1', '--clients', '5'], 'npm run x 1 -- --quick --clients 5'],
])('with the log of npm, %s', (typed, words, next) => {
  mkdirSync(join(cache, '_logs'), { recursive: true })
  const argv = (typed.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
    JSON.stringify(word.replaceAll('"', '')),
  )
  const log = `7 verbose title npm run x\n8 verbose argv "run" "--loglevel" "silent" "x" ${argv.join(' ')}\n`
  writeFileSync(join(cache, '_logs', '2026-01-01T00_00_00_000Z-debug-0.log'), log)
  const other = '8 verbose argv "run" "y" "1" "--tests" "get"\n'
  writeFileSync(join(cache, '_logs', '2026-01-01T00_00_01_000Z-debug-0.log'), other)
  const taken = [...typed.matchAll(/--([a-z]+)/g)].map(([, name]) => [`npm_config_${name}`, 'true'])
  const found = swallowedOptions(options, help, words, {
    ...Object.fromEntries(taken.filter(([name]) => name !== 'npm_config_save')),
    npm_config_cache: cache,
    npm_lifecycle_event: 'x',
  })!
  expect(found.unsure).toBe(false)
  expect(asTyped('npm run x', found.words)).toBe(next)
})
