import { expect, it } from 'vitest'
import { findRegion, regionsIn } from './regions.ts'

const source = `import { a } from './a.ts'

// Two lines
// of a comment.
const ONE = 1
const TWO = {
  one: 1,
}

/** What it is. */
export interface Shape {
  size: number

  more: string
}

/**
 * A class.
 */
export class Reader {
  /** Where it is. */
  private readonly at = 0
  private long =
    1 + 2

  get size(): number {
    return this.at
  }

  /** Reads on. */
  read(
    count: number,
  ): number {
    const helper = () => {
      return count
    }
    return helper()
  }
}

class Writer {
  size = 2
}

export function outer(): void {
  inner()

  function inner(): void {
    console.log(ONE)
  }
}
`

function shown(name: string): string {
  return findRegion(source, 'a.ts', name).whole
}

it('finds whatever has a name, with the comment above it', () => {
  const names = regionsIn(source, 'a.ts').map(({ inside, name }) =>
    inside === undefined ? name : `${inside}.${name}`,
  )
  expect(names).toEqual([
    ...['ONE', 'TWO', 'Shape', 'Reader', 'Reader.at', 'Reader.long', 'Reader.size', 'Reader.read'],
    ...['read.helper', 'Writer', 'Writer.size', 'outer', 'outer.inner'],
  ])
  expect(shown('ONE')).toBe('// Two lines\n// of a comment.\nconst ONE = 1')
  expect(shown('TWO')).toBe('const TWO = {\n  one: 1,\n}')
  expect(shown('Shape')).toMatch(
    /^\/\*\* What it is\. \*\/\nexport interface Shape[\s\S]*more: string\n}$/,
  )
  expect(shown('at')).toBe('  /** Where it is. */\n  private readonly at = 0')
  expect(shown('Reader.long')).toBe('  private long =\n    1 + 2')
  expect(shown('Reader.read')).toMatch(
    /^ {2}\/\*\* Reads on\. \*\/\n {2}read\([\s\S]*helper\(\)\n {2}}$/,
  )
  expect(shown('inner')).toBe('  function inner(): void {\n    console.log(ONE)\n  }')
  expect(shown('Reader').split('\n').slice(0, 4).at(-1)).toBe('export class Reader {')
})

it('the line is that of the piece, not of its comment', () => {
  const { line, commentLine, end } = findRegion(source, 'a.ts', 'Shape')
  expect([commentLine, line, end]).toEqual([10, 11, 15])
})

it('an unknown name is an error that names near ones; a name of two needs its class', () => {
  expect(() => shown('Raeder')).toThrow(/a\.ts has no 'Raeder'; near it: Reader/)
  expect(() => shown('zzzzzzz')).toThrow(/it has ONE, TWO, /)
  expect(() => shown('size')).toThrow(
    /more than one 'size': Reader\.size in line 26, Writer\.size in line 42/,
  )
  expect(shown('Writer.size')).toBe('  size = 2')
})
