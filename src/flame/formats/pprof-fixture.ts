/** Writes small pprof files for tests. */

type Field = [number: number, value: number | string | Uint8Array]

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

function message(fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [...varint(number * 8), ...varint(value)]
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
      return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]
    }),
  )
}

export interface PprofFixture {
  types: [type: string, unit: string][]
  /** Functions by id from 1. */
  functions: { name: string; file: string; start?: number }[]
  /** Locations by id from 1: the innermost function first. */
  locations: { function: number; line: number }[][]
  /** Ids of locations, the one on top first, and the values. */
  samples: { locations: number[]; values: number[] }[]
  durationNanos?: number
}

export function encodePprof(fixture: PprofFixture): Uint8Array {
  const strings = ['']
  const text = (value: string) => {
    const at = strings.indexOf(value)
    return at >= 0 ? at : strings.push(value) - 1
  }
  const packed = (values: readonly number[]) => Uint8Array.from(values.flatMap(varint))
  const fields: Field[] = [
    ...fixture.types.map(
      ([type, unit]): Field => [
        1,
        message([
          [1, text(type)],
          [2, text(unit)],
        ]),
      ],
    ),
    ...fixture.samples.map(
      ({ locations, values }): Field => [
        2,
        message([
          [1, packed(locations)],
          [2, packed(values)],
        ]),
      ],
    ),
    ...fixture.locations.map((lines, at): Field => {
      const inside = lines.map(
        (one): Field => [
          4,
          message([
            [1, one.function],
            [2, one.line],
          ]),
        ],
      )
      return [4, message([[1, at + 1], ...inside])]
    }),
    ...fixture.functions.map(({ name, file, start = 0 }, at): Field => {
      return [
        5,
        message([
          [1, at + 1],
          [2, text(name)],
          [4, text(file)],
          [5, start],
        ]),
      ]
    }),
    [10, fixture.durationNanos ?? 0],
  ]
  return message([...fields, ...strings.map((value): Field => [6, value])])
}

export const cpuTimeFixture: PprofFixture = {
  types: [
    ['sample', 'count'],
    ['cpu', 'nanoseconds'],
  ],
  functions: [
    { name: 'work', file: 'file:///srv/app/src/a.ts' },
    { name: 'inner', file: 'file:///srv/app/src/b.ts', start: 9 },
    { name: 'Garbage Collection', file: '' },
    { name: 'onRead', file: 'node:net' },
    { name: 'main', file: '/srv/app/main.ts' },
  ],
  locations: [
    [
      { function: 2, line: 11 },
      { function: 1, line: 4 },
    ],
    [{ function: 3, line: 0 }],
    [{ function: 4, line: 7 }],
    [{ function: 5, line: 1 }],
  ],
  samples: [
    { locations: [1, 3, 4], values: [3, 30_000_000] },
    { locations: [2], values: [1, 10_000_000] },
  ],
  durationNanos: 2e9,
}
