import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nearest } from '../cli/nearest.ts'
import { wordFor } from '../course/explain.ts'
import { knownFrameNames, lookUp } from '../flame/known-frames.ts'
import { ownRole } from '../flame/roles.ts'
import { labRoot } from '../run/server.ts'
import { readSources } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { explain } from './explain.ts'

const text = (word: string) => stripVTControlCharacters(explain(word))

describe('a function of the stages', () => {
  test('its source in each stage, its role, what the diffs did to it', () => {
    const shown = text('parseBulk')
    expect(shown).toMatch(/^parseBulk {2}stages\/…\/parser\.ts\nRole: parse: /)
    for (const { id } of stages.slice(0, 4)) expect(shown).toContain(`stages/${id}/parser.ts:`)
    expect(shown).toMatch(/stages\/stage2\/parser\.ts:\d+ {2}the same\n/)
    expect(shown).toContain('stage1 → stage2: not touched')
    expect(shown).toContain('-    const bulk = Buffer.from(payload.subarray(0, this.bulkLength))')
    // Nothing of the hunk that belongs to another function.
    expect(shown).not.toContain('takeDelimiterInclusive')
    expect(shown).toMatch(/^Chapter: /m)
  })

  test('what it does: its doc comment, else a sentence of the lab', () => {
    expect(text('takeDelimiterInclusive')).toMatch(
      /stage1\/reader\.ts:\d+\n {2}Takes a line up to and with `delimiter`, and `extra` bytes after it;\s/,
    )
    expect(text('onRead')).toMatch(/\nRole: parse: .*\nNode calls it for each read, with/)
  })

  test('by the line it is on, and by what a flame graph prints', () => {
    const { functions } = readSources()
    const { file, line } = functions.find(
      (one) => one.name === 'parseBulk' && one.file === 'stages/stage2/parser.ts',
    )!
    const shown = text('parseBulk')
    expect(text(`${file}:${line + 2}`)).toBe(shown)
    expect(text(`parseBulk ${file}:${line}`)).toBe(shown)
    expect(text('Parser.parseBulk')).toBe(shown)
  })

  test('by its name, if its line has moved on since the graph was recorded', () => {
    const shown = text('parseBulk')
    const { functions } = readSources()
    const other = functions.find(
      (one) => one.file === 'stages/stage2/parser.ts' && one.name === 'parseHeader',
    )!
    expect(text(`parseBulk ${other.file}:${other.line}`)).toBe(shown)
    expect(text(`parseBulk ${other.file}:1`)).toBe(shown)
  })

  test('that came or went', () => {
    expect(text('takeViews')).toContain('stage2 → stage3: new in stage3')
    expect(text('takeDelimiterInclusive')).toContain('stage2 → stage3: gone in stage3')
  })

  test('that all stages share', () => {
    const shown = text('bulkOrNil')
    expect(shown).toContain('src/server/replies.ts:')
    expect(shown).toContain('shared by all stages')
  })

  test('a line outside of any function', () => {
    expect(text('stages/stage1/main.ts:1')).toContain("import { basename } from 'node:path'")
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
    ['from node:buffer:348', 'Role: that of its caller'],
    ['Socket._writeGeneric node:net:1293', 'Role: reply:'],
    ['not seen by this profiler', 'Role: not seen:'],
    [
      'not seen by this profiler: called idle; waiting, but also read(2) and libuv',
      'Role: not seen:',
    ],
    ['CreateTypedArray v8', 'Role: that of its caller'],
    ['_raw_spin_unlock_irqrestore', 'Role: that of its caller'],
  ])('%s', (name, says) => {
    const shown = text(name)
    expect(shown).toContain("not the stage's own")
    expect(shown).toContain(says)
    expect(shown).toMatch(/^Chapter: /m)
  })

  test('may be a role, as a table of shares names it', () => {
    expect(text('entering js')).toMatch(
      /^entering JS {2}a role, not a frame\n {2}the way from libuv/,
    )
    expect(text('Not seen')).toContain('→ npm run explain -- not seen by this profiler')
  })

  test('comes before functions of the lab that have its name', () => {
    const shown = text('read')
    expect(shown.startsWith(`${text('read libc')}\n\nOf the lab's own functions`)).toBe(true)
    expect(shown).toContain('src/server/commands/settings.ts:')
    expect(text('parseBulk')).not.toContain("Of the lab's own")
  })

  test('every example of the glossary is explained by its own entry', () => {
    expect(knownFrameNames.length).toBeGreaterThan(20)
    const meanings = new Set(knownFrameNames.map((name) => lookUp(name)?.means))
    // `read` and `write` of libc have the same sentence.
    expect(meanings.size).toBe(knownFrameNames.length - 1)
    expect(meanings).not.toContain(undefined)
  })

  test('the role is that of the rules', () => {
    expect(ownRole(lookUp('uv__stream_io')!.frame)).toBe('read')
    expect(ownRole(lookUp('ksys_read')!.frame)).toBeUndefined()
    expect(lookUp('no_such_thing')).toBeUndefined()
  })
})

describe('an unknown name', () => {
  test('suggests what is near it', () => {
    expect(() => explain('parsBulk')).toThrowError(
      expect.objectContaining({
        message: "no frame called 'parsBulk' is known",
        means: expect.stringContaining('parseBulk'),
        next: 'npm run explain -- parseBulk',
        exitCode: 1,
      }),
    )
    expect(() => explain('xyzzyxyzzy')).toThrow("no frame called 'xyzzyxyzzy' is known")
  })

  test('or line, or file', () => {
    expect(() => explain('stages/stage1/main.ts:9999')).toThrow(/no line 9999/)
    expect(() => explain('stages/stage1/nope.ts:1')).toThrow('there is no file')
  })

  test('nearness', () => {
    expect(nearest('onread', ['onRead', 'execute', 'onReadable'])).toEqual(['onRead', 'onReadable'])
    expect(nearest('zzz', ['parse', 'execute'])).toEqual([])
  })
})

test("a frame of a reader's copy: its source there, then the stage's own", () => {
  const directory = `mine/stage1-explain-${process.pid}`
  cpSync(join(labRoot, 'stages/stage1'), join(labRoot, directory), { recursive: true })
  const parser = join(labRoot, directory, 'parser.ts')
  try {
    const source = readFileSync(parser, 'utf8')
    const line = source.split('\n').findIndex((one) => /parseBulk\(/.test(one)) + 1
    const place = `${directory}/parser.ts:${line}`
    expect(text(`parseBulk ${place}`)).toContain('the same as in stage1')
    const function_ = readSources().functions.find(
      ({ name, file }) => name === 'parseBulk' && file === 'stages/stage1/parser.ts',
    )!
    writeFileSync(
      parser,
      source.replace(function_.text, `${function_.text.trimEnd().slice(0, -1)} // mine\n  }`),
    )
    const shown = text(`parseBulk ${directory}/parser.ts`)
    expect(shown).toContain('changed since stage1')
    expect(shown).toContain('// mine')
    expect(shown).toContain('stages/stage1/parser.ts:')
  } finally {
    rmSync(join(labRoot, directory), { recursive: true })
  }
  expect(() => text(`${directory}/parser.ts:1`)).toThrow('there is no file')
})

test('a word of English is a name only in backticks, or when it is called', () => {
  expect(wordFor('parseBulk').test('parseBulk2 is another one')).toBe(false)
  expect(wordFor('parseBulk').test('Here parseBulk copies')).toBe(true)
  expect(wordFor('take').test('take a copy')).toBe(false)
  expect(wordFor('take').test('`reader.take(2)` and take()')).toBe(true)
})
