import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { glossaryNames, lookUp, ownRole } from '../flame/glossary.ts'
import { stages } from '../stages.ts'
import { chapterText, explain, nearest } from './explain.ts'
import { docAbove } from './own-words.ts'
import { functionAt, functionsIn, readSources } from './source-index.ts'

const text = async (word: string) => stripVTControlCharacters(await explain(word))

describe('a function of the stages', () => {
  test('its source in each stage, its role, what the diffs did to it', async () => {
    const shown = await text('parseBulk')
    expect(shown).toMatch(/^parseBulk {2}stages\/…\/parser\.ts\nRole: parse: /)
    for (const { id } of stages.slice(0, 4)) expect(shown).toContain(`stages/${id}/parser.ts:`)
    expect(shown).toMatch(/stages\/stage2\/parser\.ts:\d+ {2}the same\n/)
    expect(shown).toContain('stage1 → stage2: not touched')
    expect(shown).toContain('-    const bulk = Buffer.from(payload.subarray(0, this.bulkLength))')
    // Nothing of the hunk that belongs to another function.
    expect(shown).not.toContain('takeDelimiterInclusive')
    expect(shown).toMatch(/^Chapter: /m)
  })

  test('what it does: its doc comment, else a sentence of the lab', async () => {
    expect(await text('takeDelimiterInclusive')).toMatch(
      /stage1\/reader\.ts:\d+\n {2}Takes a line up to and with `delimiter`, and `extra` bytes behind it;\n/,
    )
    expect(await text('onRead')).toMatch(/\nRole: parse: .*\nNode calls it for each read, with/)
    expect(docAbove('/**\n * One\n * two.\n *\n * @returns x\n */\nf() {', { line: 7 })).toEqual([
      'One two.',
      '@returns x',
    ])
    expect(docAbove('// no doc\nf() {', { line: 2 })).toEqual([])
  })

  test('by the line it stands in, and by what a flame graph prints', async () => {
    const { functions } = await readSources()
    const { file, line } = functions.find(
      (one) => one.name === 'parseBulk' && one.file === 'stages/stage2/parser.ts',
    )!
    const shown = await text('parseBulk')
    expect(await text(`${file}:${line + 2}`)).toBe(shown)
    expect(await text(`parseBulk ${file}:${line}`)).toBe(shown)
    expect(await text('Parser.parseBulk')).toBe(shown)
  })

  test('that came or went', async () => {
    expect(await text('takeViews')).toContain('stage2 → stage3: new in stage3')
    expect(await text('takeDelimiterInclusive')).toContain('stage2 → stage3: gone in stage3')
  })

  test('that all stages share', async () => {
    const shown = await text('bulkOrNil')
    expect(shown).toContain('src/server/replies.ts:')
    expect(shown).toContain('shared by all stages')
  })

  test('a line outside of any function', async () => {
    expect(await text('stages/stage1/main.ts:1')).toContain("import { basename } from 'node:path'")
  })
})

describe('a frame that is not ours', () => {
  test.each([
    ['uv__read', 'Role: read:'],
    ['onStreamRead', 'Role: entering JS:'],
    ['tcp_sendmsg', 'Role: reply:'],
    ['io_recv', 'Role: read:'],
    ['write libc', 'Role: reply:'],
    ['node::StreamBase::CallJSOnreadMethod', 'Role: entering JS:'],
    ['garbage collection', 'Role: GC:'],
    ['epoll_pwait', 'Role: event loop:'],
    ['from node:buffer:348', 'Role: that of whoever calls it'],
    ['Socket._writeGeneric node:net:1293', 'Role: reply:'],
    ['CreateTypedArray v8', 'Role: that of whoever calls it'],
    ['_raw_spin_unlock_irqrestore', 'Role: that of whoever calls it'],
  ])('%s', async (name, says) => {
    const shown = await text(name)
    expect(shown).toContain("not the stage's own")
    expect(shown).toContain(says)
    expect(shown).toMatch(/^Chapter: /m)
  })

  test('every example of the glossary is explained by its own entry', () => {
    expect(glossaryNames.length).toBeGreaterThan(20)
    const told = new Set(glossaryNames.map((name) => lookUp(name)?.means))
    // `read` and `write` of libc are told of in the same words.
    expect(told.size).toBe(glossaryNames.length - 1)
    expect(told).not.toContain(undefined)
  })

  test('the role is that of the rules', () => {
    expect(ownRole(lookUp('uv__stream_io')!.frame)).toBe('read')
    expect(ownRole(lookUp('ksys_read')!.frame)).toBeUndefined()
    expect(lookUp('no_such_thing')).toBeUndefined()
  })
})

describe('an unknown name', () => {
  test('suggests what is near it', async () => {
    await expect(explain('parsBulk')).rejects.toMatchObject({
      message: "no frame called 'parsBulk' is known",
      means: expect.stringContaining('parseBulk'),
      next: 'npm run explain -- parseBulk',
      exitCode: 1,
    })
    await expect(explain('xyzzyxyzzy')).rejects.toThrow("no frame called 'xyzzyxyzzy' is known")
  })

  test('or line, or file', async () => {
    await expect(explain('stages/stage1/main.ts:9999')).rejects.toThrow(/no line 9999/)
    await expect(explain('stages/stage1/nope.ts:1')).rejects.toThrow('there is no file')
  })

  test('nearness', () => {
    expect(nearest('onread', ['onRead', 'execute', 'onReadable'])).toEqual(['onRead', 'onReadable'])
    expect(nearest('zzz', ['parse', 'execute'])).toEqual([])
  })
})

test('the chapters that speak of it, with line and heading', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'explain-'))
  try {
    writeFileSync(join(directory, '1.md'), '# One\n\nparseBulk2 is another one.\n')
    writeFileSync(join(directory, '2.md'), '# Two\n\n## Lines\n\nHere `parseBulk` copies.\n')
    const plain = async (name: string) =>
      stripVTControlCharacters(await chapterText(name, name, directory))
    expect(await plain('parseBulk')).toBe('Chapter: docs/2.md:5, Lines')
    expect(await plain('tcp_sendmsg')).toBe('Chapter: no chapter speaks of it yet')
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('functions are found by their first line, and their ends', () => {
  const source = `import x from 'x'

export class Box<T> {
  #size = 0

  constructor(
    first: T,
    rest: T[],
  ) {
    if (first) add(first)
  }

  get size(): number {
    return this.#size
  }

  async *each<U>(visit: (one: T) => U): AsyncGenerator<U> {
    for (const one of []) {
      yield visit(one)
    }
  }
}

export function make(): Box<number> {
  try {
    each()
  } catch (error) {
    return make()
  }
  return inner()

  function inner() {}
}

const short = (a: number) => a + 1
export const long = async (a: number): Promise<void> => {
  await a
}
`
  const functions = functionsIn(source, 'x.ts')
  expect(functions.map(({ name, line, end }) => [name, line, end])).toEqual([
    ['Box', 3, 22],
    ['constructor', 6, 11],
    ['size', 13, 15],
    ['each', 17, 21],
    ['make', 24, 33],
    ['inner', 32, 32],
    ['short', 35, 35],
    ['long', 36, 38],
  ])
  expect(functionAt(functions, 'x.ts', 19)?.name).toBe('each')
  expect(functionAt(functions, 'x.ts', 4)?.name).toBe('Box')
  expect(functionAt(functions, 'x.ts', 1)).toBeUndefined()
})
