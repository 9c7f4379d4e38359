import { expect, it } from 'vitest'
import { OutputReader, type TestResult } from './output.ts'

/** Real output of the harness. */
const printed = `Cleanup: may take some time... OK
Starting test server at port 21079
[ready]: 25460
Testing unit/protocol
[ok]: Handle an empty query (1 ms)
[ok]: RENAME (with blanks) and (2 ms) in its name (12 ms)
[skip]: raw protocol response - deferred
[ignore]: RESP3 attributes: Tag: needs:debug denied
[ignore]: MOVE against non-integer DB (#1428): Not supported on singledb
[ignore]: Not supported on external server
[ignore]: Tag: needs:repl denied
[err]: GETEX no option in tests/unit/type/string.tcl
Expected '1' to equal or match '2'
[1/1 done]: unit/protocol (1 seconds)

                   The End

Execution time of different units:
  1 seconds - unit/protocol

!!! WARNING The following tests failed:

*** [err]: GETEX no option in tests/unit/type/string.tcl
Expected '1' to equal or match '2'
Cleanup: may take some time... OK
`

const expected: TestResult[] = [
  { name: 'Handle an empty query', outcome: 'passed' },
  { name: 'RENAME (with blanks) and (2 ms) in its name', outcome: 'passed' },
  { name: 'raw protocol response - deferred', outcome: 'skipped' },
  { name: 'RESP3 attributes', outcome: 'ignored', detail: 'Tag: needs:debug denied' },
  {
    name: 'MOVE against non-integer DB (#1428)',
    outcome: 'ignored',
    detail: 'Not supported on singledb',
  },
  { name: 'a block of tests', outcome: 'ignored', detail: 'Not supported on external server' },
  { name: 'a block of tests', outcome: 'ignored', detail: 'Tag: needs:repl denied' },
  { name: 'GETEX no option', outcome: 'failed', detail: "Expected '1' to equal or match '2'" },
]

function read(...pieces: string[]): TestResult[] {
  const reader = new OutputReader()
  for (const piece of pieces) reader.push(piece)
  reader.end()
  return reader.tests
}

it('reads the outcome of each test', () => {
  expect(read(printed)).toEqual(expected)
})

it('reads output that is cut anywhere', () => {
  expect(read(...printed)).toEqual(expected)
  expect(read(printed.slice(0, 333), printed.slice(333))).toEqual(expected)
})

it('reads a last line without an end', () => {
  expect(read('[ok]: a (1 ms)')).toEqual([{ name: 'a', outcome: 'passed' }])
})

it('reads lines that are coloured for a terminal', () => {
  expect(
    read('[\x1b[0;32;49mok\x1b[0m]: a (1 ms)\n[\x1b[0;31;49merr\x1b[0m]: b in tests/x.tcl\n'),
  ).toEqual([
    { name: 'a', outcome: 'passed' },
    { name: 'b', outcome: 'failed' },
  ])
})

it('an exception is a failure, with its reason', () => {
  const [passed, failed, ...more] = read(
    '[ok]: a (1 ms)\n',
    "[exception]: Executing test client: ERR unknown command 'lpush'.\n",
    'ERR unknown command \'lpush\'\n    while executing\n"r lpush x foo"\n',
    'Killing still running Redis server 1\nmore\n',
  )
  expect(passed!.outcome).toBe('passed')
  expect(failed).toEqual({
    name: 'the rest of the file was not run',
    outcome: 'failed',
    detail:
      "ERR unknown command 'lpush'.\nERR unknown command 'lpush'\n    while executing\n\"r lpush x foo\"",
  })
  expect(more).toEqual([])
})

it('a test that hangs is a failure, and says which', () => {
  const [failed] = read(
    '[TIMEOUT]: clients state report follows.\nsock5 => (IN PROGRESS) a test\n\n     The End\n',
  )
  expect(failed).toEqual({
    name: 'a test that did not end',
    outcome: 'failed',
    detail: 'sock5 => (IN PROGRESS) a test',
  })
})

it('shortens long values', () => {
  const [failed] = read(`[err]: a in tests/unit/x.tcl\nExpected '${'a'.repeat(50_000)}'\n`)
  expect(failed!.detail!.length).toBeLessThan(400)
})
