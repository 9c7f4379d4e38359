/** The workshop's commands as typed: recordings, bundles, the room, the pages to print. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'
import { labRoot } from '../src/run/server.ts'
import { bundleOf } from '../src/workshop/test-bundles.ts'

// Processes are started: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 60_000 })

const home = mkdtempSync(join(tmpdir(), 'lab workshop '))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** On a PATH without any program: nothing can be measured there. */
const { run, stop } = startTypedHost({ PATH: home, CI: '1' })
afterAll(stop)

const wrong: [script: string, args: string[], status: number, says: RegExp][] = [
  ['stage', ['1', '--replay', '--requests', '5'], 2, /--replay shows .*--requests cannot/],
  ['flame', ['1', '--replay', '--alloc'], 2, /--alloc cannot change it/],
  ['compare', ['--replay', '--quick'], 2, /--quick cannot change it/],
  ['bundle', ['--name', ''], 2, /--name takes a name/],
  ['bundle', ['Ada'], 2, /'Ada' is not understood/],
  ['room', [], 2, /which folder\?/],
  ['room', [home], 1, /there is no bundle in .*→ npm run bundle/s],
  ['handout', ['x'], 2, /'x' is not understood/],
]

it.each(wrong)('%s %j: status %i and one clear line', async (script, args, code, says) => {
  const { status, stdout, stderr } = await run(script, args)
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ') // no stack
  expect(stdout).toBe('')
  expect(status).toBe(code)
})

it('stage --replay shows the screen of the run, labelled at both ends', async () => {
  const { status, stdout } = await run('stage', ['1', '--replay'])
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^RECORDED on \d+ \w+ \d{4}\. Nothing was run on this machine\.$/)
  expect(lines.at(-2)).toMatch(/^RECORDED on /)
  expect(stdout).toMatch(/read\(2\) calls +46\.0 +37\.0/)
  expect(stdout).toContain('profiles/stage1/flamegraph.svg')
  expect(stdout).toContain('npm run flame -- stage1 --replay')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  expect(status).toBe(0)
})

it('flame --replay of two stages draws the recorded difference', async () => {
  const { status, stdout } = await run('flame', ['3', '4', '--replay', '--json'])
  const { recorded, machine, difference, directory, page } = JSON.parse(stdout)
  const drawn = readFileSync(join(labRoot, page), 'utf8')
  rmSync(join(labRoot, directory), { recursive: true })
  expect(recorded).toBe(true)
  expect(machine.cpu).toBeTypeOf('string')
  expect(difference.before.total).toBeGreaterThan(difference.after.total)
  expect(drawn).toContain('nothing was run here')
  expect(status).toBe(0)
})

it('compare --replay writes a page that says what it is', async () => {
  const page = join(home, 'compare.html')
  const { status, stdout } = await run('compare', ['--replay', '--json', '--html', page])
  expect(JSON.parse(stdout)).toMatchObject({ recorded: true, kind: 'comparison' })
  expect(readFileSync(page, 'utf8')).toMatch(/Recorded on \d/)
  expect(status).toBe(0)
})

it('room shows a folder, and writes its page', async () => {
  const folder = mkdtempSync(join(home, 'room '))
  for (const at of [0, 1]) {
    writeFileSync(join(folder, `${at}.json`), JSON.stringify(bundleOf(at)))
  }
  const page = join(home, 'room.html')
  const { status, stdout } = await run('room', [folder, '--html', page])
  expect(stdout).toMatch(/^The room: 2 machines, \d stages\n/)
  expect(stdout).toContain(`Page  ${page}`)
  expect(readFileSync(page, 'utf8')).toContain('Person 1')
  expect(status).toBe(0)
})

it('handout writes both pages and prints their paths', async () => {
  const out = join(home, 'pages')
  const { status, stdout } = await run('handout', ['--out', out])
  expect(readdirSync(out).sort()).toEqual(['handout.html', 'slides.html'])
  expect(stdout).toContain(join(out, 'handout.html'))
  expect(stdout).toContain(join(out, 'slides.html'))
  expect(status).toBe(0)
})
