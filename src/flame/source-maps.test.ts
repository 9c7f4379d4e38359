import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inSource, SourceMaps } from './source-maps.ts'
import { CodeMap, commentOf } from './v8-log.ts'
import type { CpuProfile } from './v8-profiles.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab maps '))
})
afterAll(() => rmSync(directory, { recursive: true }))

const source = `enum Kind { A = 1 }

export function first(): number {
  return Kind.A
}

export function second(): number {
  return first() + 1
}
`

/** Builds it into one line, as a person would for production. */
function build(sourcemap: 'inline' | 'linked'): { url: string; text: string; column: number } {
  writeFileSync(join(directory, 'app.ts'), source)
  const outfile = join(directory, `${sourcemap}.mjs`)
  const { outputFiles } = buildSync({
    ...{ entryPoints: [join(directory, 'app.ts')], outfile, sourcemap, write: false },
    ...{ minifyWhitespace: true, format: 'esm', logLevel: 'silent' },
  })
  for (const { path, text } of outputFiles) writeFileSync(path, text)
  const text = outputFiles.find(({ path }) => path.endsWith('.mjs'))!.text
  return { url: pathToFileURL(outfile).href, text, column: text.indexOf('second') + 1 }
}

test.each(['inline', 'linked'] as const)('a map that is %s leads to the source', (kind) => {
  const { url, column } = build(kind)
  const place = new SourceMaps().locate({ url, line: 1, column })
  expect(place).toMatchObject({ url: pathToFileURL(join(directory, 'app.ts')).href, line: 7 })
})

test('a script without a map, of Node, of a package, or that is gone, has no other place', () => {
  const maps = new SourceMaps()
  writeFileSync(join(directory, 'plain.js'), 'let a')
  writeFileSync(join(directory, 'broken.js'), '//# sourceMappingURL=none.map\n')
  for (const name of ['plain.js', 'broken.js', 'gone.js', 'node_modules/x/y.js']) {
    const { href: url } = pathToFileURL(join(directory, name))
    expect(maps.locate({ url, line: 1, column: 1 })).toBeUndefined()
  }
  expect(maps.locate({ url: 'node:net', line: 1, column: 1 })).toBeUndefined()
})

test("names in V8's log are those of the source, by the map in the script that ran", () => {
  const { text, column } = build('inline')
  expect(commentOf(text)).toMatch(/^data:application\/json;base64,/)
  // A loader keeps what it made in memory: the script's own file has no map.
  const url = 'file:///app/loaded.ts'
  const maps = new SourceMaps()
  const codes = new CodeMap((place, comment) => maps.locate(place, comment))
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(',', '\\x2C')
  codes.line(`script-source,1,${url},${escaped}`)
  codes.line(`code-creation,JS,0,1,0x1000,64,second ${url}:1:${column},0x1,*`)
  const [frame] = codes.at(0x1010)
  expect(frame!.text).toMatch(/^second file:\/\/\/app\/app\.ts:7:\d+$/)
})

/** Each of them takes long enough to be sampled. */
const shortened = `
function declared(rounds: number): number {
  let sum = 0
  for (let round = 0; round < rounds; round++) sum += Math.sqrt(round) % 7
  return sum
}
const assigned = (rounds: number): number => {
  let sum = declared(rounds)
  for (let round = 0; round < rounds; round++) sum += Math.sqrt(round) % 5
  return sum
}
const $later = async (rounds: number): Promise<number> => {
  await null
  let sum = assigned(rounds)
  for (let round = 0; round < rounds; round++) sum += Math.sqrt(round) % 3
  return sum
}
for (let at = 0; at < 30; at++) console.log(await $later(100_000 + at))
`

test('functions of minified code have the names of the source', () => {
  writeFileSync(join(directory, 'long.ts'), shortened)
  const [script, output] = ['short.mjs', 'short.cpuprofile']
  buildSync({
    ...{ entryPoints: [join(directory, 'long.ts')], outfile: join(directory, script) },
    ...{ minify: true, sourcemap: 'linked', format: 'esm', logLevel: 'silent' },
  })
  const flags = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-name=${output}`]
  execFileSync(process.execPath, [...flags, script], { cwd: directory })
  const profile = JSON.parse(readFileSync(join(directory, output), 'utf8')) as CpuProfile
  const ownNames = () =>
    profile.nodes.flatMap(({ callFrame: { url, functionName } }) =>
      url.startsWith(pathToFileURL(directory).href) ? functionName : [],
    )
  const names = ['declared', 'assigned', '$later']
  for (const name of names) expect(ownNames()).not.toContain(name)
  inSource(profile, new SourceMaps())
  expect(ownNames()).toEqual(expect.arrayContaining(names))
})
