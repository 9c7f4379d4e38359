import { expect, test } from 'vitest'
import type { BenchResult } from '../experiment/parsers/bench.ts'
import { nodeRedis, redisParser } from '../experiment/parsers/targets.ts'
import { readMachine } from '../measure/machine.ts'
import { judgedParser, parsersScreen, parserVerdicts } from './parsers-report.ts'

/** Stage 4 takes 20 ns per SET, and 0.01 more in each round; the libraries take what is given. */
function result(redis: number, node: number, rounds = 6, copied = 2): BenchResult {
  const figures = (ns: number) => Array.from({ length: rounds }, (_, at) => ns + at / 100)
  const stage = (name: string) => ({ name, what: '', kind: 'zero-copy stage' as const })
  const library = (name: string) => ({ name, what: '', kind: 'library' as const })
  const times = { stage3: 100, stage4: 20, [redisParser]: redis, [nodeRedis]: node, 'no parser': 1 }
  return {
    plan: { rounds, sliceMs: 1, values: [2 ** 20], pieces: [1024] },
    targets: [
      ...['stage3', 'stage4'].map(stage),
      ...[redisParser, nodeRedis].map(library),
      { name: 'no parser', what: '', kind: 'no parser' },
    ],
    notes: ['stage6 is left out: it is away'],
    streams: ['small SETs', 'byte by byte'].map((name) => ({
      name,
      commands: 10,
      bytes: 450,
      piece: 65536,
      timed: Object.entries(times).map(([target, ns]) => {
        return { target, nanoseconds: figures(ns) }
      }),
    })),
    large: [
      {
        target: 'stage4',
        value: 2 ** 20,
        piece: 1024,
        nanosecondsPerByte: figures(0.5),
        copiedPerByte: copied,
      },
    ],
  }
}

const words = (of: BenchResult) => parserVerdicts(of).map(({ verdict }) => verdict)

test('a goal is reached if the whole interval says so', () => {
  expect(words(result(130, 250))).toEqual(['reached', 'reached', 'reached'])
  expect(words(result(110, 230))).toEqual(['not reached', 'not reached', 'reached'])
  expect(words(result(120.1, 240.2))).toEqual(['inconclusive', 'inconclusive', 'reached'])
  expect(words(result(130, 250, 5, 3.1)).at(-1)).toBe('not reached')
})

test('without an interval a time is inconclusive; a count needs none', () => {
  expect(words(result(1000, 1000, 4))).toEqual(['inconclusive', 'inconclusive', 'reached'])
})

test('the last zero-copy stage is judged; without one there is no verdict', () => {
  const all = result(130, 250)
  expect(judgedParser(all)).toBe('stage4')
  const none = { ...all, targets: all.targets.filter(({ kind }) => kind === 'library') }
  expect(judgedParser(none)).toBeUndefined()
  expect(parserVerdicts(none)).toEqual([])
})

test('the screen has every parser, note and verdict, and fits into 100 columns', () => {
  const screen = parsersScreen(result(130, 250), readMachine())
  for (const wanted of [
    'stage6 is left out',
    'small SETs: 10 commands of 45 bytes, in pieces of 64 KiB',
    redisParser,
    nodeRedis,
    'SET of 1 MiB',
    'small SETs 6 times as fast as redis-parser',
    'a byte of a large value is copied 3 times at most',
  ]) {
    expect(screen).toContain(wanted)
  }
  expect(screen.split('\n').filter((line) => line.length > 100)).toEqual([])
})
