import { expect, it } from 'vitest'
import { docOf, findPiece, functionAt, piecesIn, withoutComments } from './pieces.ts'

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
  return findPiece(source, 'a.ts', name).whole
}

it('finds whatever has a name, with the comment above it', () => {
  const names = piecesIn(source, 'a.ts').map(({ inside, name }) =>
    inside === undefined ? name : `${inside}.${name}`,
  )
  expect(names).toEqual([
    ...['ONE', 'TWO', 'Reader', 'Reader.at', 'Reader.long', 'Reader.size', 'Reader.read'],
    ...['read.helper', 'Writer', 'Writer.size', 'outer', 'outer.inner'],
  ])
  expect(shown('ONE')).toBe('// Two lines\n// of a comment.\nconst ONE = 1')
  expect(shown('TWO')).toBe('const TWO = {\n  one: 1,\n}')
  expect(shown('at')).toBe('  /** Where it is. */\n  private readonly at = 0')
  expect(shown('Reader.long')).toBe('  private long =\n    1 + 2')
  expect(shown('Reader.read')).toMatch(
    /^ {2}\/\*\* Reads on\. \*\/\n {2}read\([\s\S]*helper\(\)\n {2}}$/,
  )
  expect(shown('inner')).toBe('  function inner(): void {\n    console.log(ONE)\n  }')
  expect(shown('Reader').split('\n').slice(0, 4).at(-1)).toBe('export class Reader {')
})

it('the line is that of the piece, not of its comment', () => {
  const { line, commentLine, end } = findPiece(source, 'a.ts', 'Reader')
  expect([commentLine, line, end]).toEqual([17, 20, 39])
})

it('an unknown name is an error that names near ones; a name of two needs its class', () => {
  expect(() => shown('Raeder')).toThrow(/a\.ts has no 'Raeder'; near it: Reader/)
  expect(() => shown('zzzzzzz')).toThrow(/it has ONE, TWO, /)
  expect(() => shown('size')).toThrow(
    /more than one 'size': Reader\.size in line 26, Writer\.size in line 42/,
  )
  expect(shown('Writer.size')).toBe('  size = 2')
})

it('functions have the line that a flame graph names, and their end', () => {
  const box = `import x from 'x'

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
session.queued = () => 1
onData = function () {
  return 2
}
export const callbacks = { done: (a: number) => a, later() {} }
class Timer {
  tick = () => {
    this.tick()
  }
}
export const long = async (a: number): Promise<void> => {
  await a
}
`
  const functions = piecesIn(box, 'x.ts').filter(({ isFunction }) => isFunction)
  expect(functions.map(({ name, line, end }) => [name, line, end])).toEqual([
    ['Box', 3, 22],
    ['constructor', 6, 11],
    ['size', 13, 15],
    ['each', 17, 21],
    ['make', 24, 33],
    ['inner', 32, 32],
    ['short', 35, 35],
    ['queued', 36, 36],
    ['onData', 37, 39],
    ['done', 40, 40],
    ['later', 40, 40],
    ['Timer', 41, 45],
    ['tick', 42, 44],
    ['long', 46, 48],
  ])
  expect(functionAt(functions, 'x.ts', 19)?.name).toBe('each')
  expect(functionAt(functions, 'x.ts', 4)?.name).toBe('Box')
  expect(functionAt(functions, 'x.ts', 1)).toBeUndefined()
})

it('the doc comment of a piece in paragraphs, without marks', () => {
  const doc = '/**\n * One\n * two.\n *\n * @returns x\n */\n'
  expect(docOf(findPiece(`${doc}function f() {}\n`, 'a.ts', 'f'))).toEqual([
    'One two.',
    '@returns x',
  ])
  expect(docOf(findPiece('// no doc\nfunction f() {}\n', 'a.ts', 'f'))).toEqual([])
})

it('code without its comments: what looks like one in a string stays', () => {
  const text = "// a\nconst url = 'https://x' // b\n/* c\n d */\nconst two = 2\n"
  expect(withoutComments(text, { line: 1, end: 5 })).toEqual([
    { line: 2, code: "const url = 'https://x'" },
    { line: 5, code: 'const two = 2' },
  ])
})
