import { describe, expect, test } from 'vitest'
import { CodeMap, inlinedAt, parseInlineTables } from './v8-log.ts'

describe('inlining tables', () => {
  // Byte 10 on: the outer function; 20 on: f0; 30 on: f1, which was copied into f0; 40 on: outer.
  const tables = parseInlineTables('C10O100C20O200I0C30O300I1C40O100', 'F0O105F1O205I0')

  test.each([
    [5, [[-1, undefined]]],
    [10, [[-1, 100]]],
    [19, [[-1, 100]]],
    // The outer function is at the call of f0, that at the call of f1.
    [
      20,
      [
        [-1, 105],
        [0, 200],
      ],
    ],
    [
      39,
      [
        [-1, 105],
        [0, 205],
        [1, 300],
      ],
    ],
    [40, [[-1, 100]]],
    [9999, [[-1, 100]]],
  ])('byte %i', (offset, expected) => {
    const places = inlinedAt(tables, offset)
    expect(places.map(({ index, position }) => [index, position])).toEqual(expected)
  })

  test('no tables', () =>
    expect(inlinedAt(parseInlineTables('', ''), 7)).toEqual([{ index: -1, position: undefined }]))

  test('a table that leads round in a circle comes to an end', () => {
    expect(inlinedAt(parseInlineTables('C0O0I0', 'F0O0I0'), 0)).toHaveLength(65)
  })
})

describe("V8's log", () => {
  const log = [
    'v8-version,14,6,202,34,-node.34,0',
    'code-creation,Builtin,3,100,0x1000,256,JSEntry',
    'code-creation,JS,3,200,0x2000,64,next file:///lab/stages/stage1/parser.ts:5:7,0xaa,~',
    'code-creation,JS,3,210,0x2100,64,peek file:///lab/a\\x2Cb.ts:9:2,0xbb,~',
    "code-creation,JS,13,300,0x3000,100,onRead file:///lab/c.ts:1:2,0xcc,*'",
    'code-source-info,0x3000,7,0,90,C0O1C50O20I0C80O30I1,F0O2F1O21I0,S0xaaS0xbb',
    "code-creation,JS,12,305,0x3100,64,put, then take file:///lab/d.ts:4:2,0xdd,o+'",
    'code-creation,JS,13,306,0x3200,64,hot file:///lab/d.ts:8:2,0xee,o*',
    'code-creation,RegExp,4,310,0x4000,32,^[0-9]+$',
    'tick,0x1,2,0,0x0,0',
    'script-source,34,node:net,code-creation\\x2CJS',
    'code-creation,broken',
  ]
  const map = new CodeMap()
  for (const line of log) map.line(line)
  const texts = (address: number) => map.at(address).map(({ text }) => text)

  test('an address finds its function and the compiler', () => {
    expect(map.at(0x2000)).toEqual([
      { text: 'next file:///lab/stages/stage1/parser.ts:5:7', tier: 'interpreter' },
    ])
    expect(map.at(0x203f)).toHaveLength(1)
    expect(map.at(0x2040)).toEqual([])
    expect(map.at(0x10)).toEqual([])
    expect(map.at(0x1010)).toEqual([{ text: 'JSEntry', tier: undefined }])
    expect(texts(0x4001)).toEqual(['RegExp ^[0-9]+$'])
    expect(texts(0x2100)).toEqual(['peek file:///lab/a,b.ts:9:2'])
  })

  test('code made by on-stack replacement has its compiler, a name with a comma its file', () => {
    expect(map.at(0x3100)).toEqual([
      { text: 'put, then take file:///lab/d.ts:4:2', tier: 'maglev' },
    ])
    expect(map.at(0x3200)[0]!.tier).toBe('turbofan')
  })

  test('later code takes the place of what lay there before, whole', () => {
    const reused = new CodeMap()
    for (const line of [
      'code-creation,JS,3,100,0x5040,64,freed inside file:///lab/a.ts:1:1,0xaa,~',
      'code-creation,JS,3,100,0x50f0,64,freed behind file:///lab/a.ts:2:1,0xab,~',
      'code-creation,JS,3,100,0x5100,32,freed too file:///lab/a.ts:3:1,0xac,~',
      'code-creation,JS,3,100,0x5130,64,beside file:///lab/a.ts:4:1,0xad,~',
      'code-creation,JS,3,900,0x5000,256,parse file:///lab/b.ts:5:7,0xbb,*',
      'code-creation,JS,3,990,0x5100,48,shift file:///lab/b.ts:9:7,0xbc,*',
    ]) {
      reused.line(line)
    }
    const named = (address: number) => reused.at(address)[0]?.text.split(' ')[0]
    expect([0x5000, 0x5041, 0x50ff, 0x5100, 0x5120, 0x5131].map(named)).toEqual([
      ...['parse', 'parse', 'parse', 'shift', 'shift', 'beside'],
    ])
  })

  test('an address has the name of the code that lay there when the sample was taken', () => {
    const reused = new CodeMap()
    for (const line of [
      'code-creation,JS,3,1000000,0x5000,256,first file:///lab/a.ts:1:1,0xaa,*',
      'code-creation,JS,3,3000000,0x5080,16384,second file:///lab/b.ts:5:7,0xbb,*',
    ]) {
      reused.line(line)
    }
    const named = (address: number, time?: number) =>
      reused.at(address, time)[0]?.text.split(' ')[0]
    expect(named(0x5081, 2_000_000)).toBe('first')
    expect(named(0x5081, 3_100_000)).toBe('second')
    // The clocks do not agree to the last millisecond.
    expect(named(0x5081, 2_999_000)).toBe('second')
    expect(named(0x5081)).toBe('second')
    expect(named(0x5001, 9_000_000)).toBe('first')
    expect(named(0x8000, 9_000_000)).toBe('second')
    expect(named(0x9080, 9_000_000)).toBeUndefined()
  })

  test('functions that were copied in are found, outermost first', () => {
    expect(map.at(0x3000 + 10)).toHaveLength(1)
    expect(texts(0x3000 + 60)).toEqual([
      'onRead file:///lab/c.ts:1:2',
      'next file:///lab/stages/stage1/parser.ts:5:7',
    ])
    expect(texts(0x3000 + 99).at(-1)).toBe('peek file:///lab/a,b.ts:9:2')
    expect(map.at(0x3000 + 99)[2]!.tier).toBe('turbofan')
  })

  test('lines of the source: of what was copied in, and of the calls to it', () => {
    const lines = new CodeMap()
    for (const line of [
      'script-source,7,file:///lab/c.ts,// \\u00e9\\n\\nfunction f() {\\n  g(1\\x2C "\\\\n")\\n}\\n',
      'script-source,8,file:///lab/d.ts,\\n\\n\\n\\nfunction g() {}\\n',
      'code-creation,JS,3,200,0x2000,64,g file:///lab/d.ts:5:7,0xaa,~',
      'code-creation,JS,13,300,0x3000,100,f file:///lab/c.ts:3:2,0xcc,*',
      // From byte 8 on `g("…` of f; from byte 50 on `function` of g, called there.
      'code-source-info,0x3000,7,0,90,C0O6C8O23C50O4I0C80O32,F0O23,S0xaa',
      'code-creation,JS,11,305,0x3100,64, file:///lab/c.ts:4:2,0xdd,^',
      'code-source-info,0x3100,7,0,90,C0O23,,',
    ]) {
      lines.line(line)
    }
    const at = (address: number) => lines.at(address).map(({ at }) => at)
    expect(at(0x3000)).toEqual([3])
    expect(at(0x3009)).toEqual([4])
    expect(at(0x3032)).toEqual([4, 5])
    expect(at(0x3050)).toEqual([4])
    expect(at(0x3101)).toEqual([4])
    // The interpreter runs all functions by the same machine code.
    expect(at(0x2000)).toEqual([undefined])
  })

  test('code that moved is found at its new place, reused addresses give the newer code', () => {
    const moved = new CodeMap()
    moved.line('code-creation,JS,13,300,0x3000,100,f /a.js:1:2,0xcc,^')
    moved.line('code-move,0x3000,0x9000')
    expect(moved.at(0x8fff)).toEqual([])
    expect(moved.at(0x9001)).toEqual([{ text: 'f /a.js:1:2', tier: 'sparkplug' }])
    moved.line('code-creation,JS,12,300,0x9000,50,g /a.js:7:2,0xdd,+')
    expect(moved.at(0x9001)).toEqual([{ text: 'g /a.js:7:2', tier: 'maglev' }])
  })
})
