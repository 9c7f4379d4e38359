/** `npm run flame -- FILE`: what was recorded before, by the lab or another tool, as a reader types it. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'

const place = mkdtempSync(join(tmpdir(), 'lab files '))
const host = startTypedHost({ INIT_CWD: place, NO_COLOR: '1' })
beforeAll(() => {
  const stacks = ['handle app.ts:3_[j];render view.ts:9_[j] 300', 'handle app.ts:3_[j] 100']
  writeFileSync(join(place, 'app.folded'), `${stacks.join('\n')}\n`)
  writeFileSync(join(place, 'server.js'), '')
})
afterAll(() => {
  host.stop()
  rmSync(place, { recursive: true })
})

const flame = (...words: string[]) => host.run('flame', words)

it('draws it, says what the file does not contain, and saves it for another tool', async () => {
  const words = ['--text', '--out', 'graphs', '--save', 'app.speedscope.json']
  const { status, stdout, stderr } = await flame('app.folded', ...words)
  expect(stderr).not.toContain('✗')
  expect(status).toBe(0)
  expect(stdout).toMatch(/75 %\s+75 %\s+> render view\.ts:9/)
  expect(stdout).toMatch(/app\.folded, collapsed stacks: 400 samples/)
  expect(stdout).toMatch(/not seen: what its recorder left out/)
  const [saved] = readdirSync(join(place, 'graphs'))
  expect(existsSync(join(place, 'graphs', saved!, 'flamegraph.html'))).toBe(true)
  const speedscope = JSON.parse(readFileSync(join(place, 'app.speedscope.json'), 'utf8'))
  expect(speedscope.profiles[0]).toMatchObject({ unit: 'none', endValue: 400 })
  // What was drawn is a recording itself, by the name of its directory.
  const again = await flame(`graphs/${saved}`, '--text', '--out', 'graphs')
  expect(again.status).toBe(0)
  expect(again.stdout).toMatch(/75 %\s+75 %\s+> render view\.ts:9/)
  expect(again.stdout).toMatch(/app\.folded, collapsed stacks: 400 samples/)
})

it('two files of one name are told apart by their directories', async () => {
  for (const [directory, count] of [
    ['old', 300],
    ['new', 100],
  ] as const) {
    mkdirSync(join(place, directory))
    writeFileSync(join(place, directory, 'app.folded'), `handle ${count}\nhandle;render 200\n`)
  }
  const { stdout } = await flame('old/app.folded', 'new/app.folded', '--out', 'differences')
  expect(stdout).toMatch(/^old\/app\.folded to new\/app\.folded$/m)
})

it.each([
  [['app.folded', '--alloc'], /--alloc is for making a recording; app\.folded is one/],
  [['app.folded', 'server.js'], /are a program and a recording/],
  [['app.folded', '--save', 'x.pdf'], /x\.pdf has none of the endings/],
  // Before a minute is spent on a recording that cannot be saved.
  [['stage1', '--alloc', '--save', 'x.cpuprofile'], /x\.cpuprofile cannot hold this profile/],
  [['stage1', '--save', 'x.heapprofile'], /x\.heapprofile cannot hold this profile/],
  [['none.cpuprofile'], /there is no file .*none\.cpuprofile/],
])('%j: one clear error, and nothing saved', async (words, says) => {
  const { status, stdout, stderr } = await flame(...words, '--out', 'nothing')
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ')
  expect(stdout).toBe('')
  expect(status).toBe(2)
  expect(existsSync(join(place, 'nothing'))).toBe(false)
})
