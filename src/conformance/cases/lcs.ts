/** LCS. */
import { type Case, commands, each } from '../case.ts'
import {
  arity,
  array,
  bulk,
  bulks,
  emptyArray,
  err,
  int,
  matching,
  notInteger,
  ok,
  syntaxError,
} from '../replies.ts'

const span = (start: number, end: number) => array(int(start), int(end))
const result = (matches: string[], length: number) =>
  array(bulk('matches'), array(...matches), bulk('len'), int(length))
const tail = array(span(4, 7), span(5, 8))
const head = array(span(2, 3), span(0, 1))
const bothWithLength = [
  array(span(4, 7), span(5, 8), int(4)),
  array(span(2, 3), span(0, 1), int(2)),
]
const both = 'MSET a ohmytext b mynewtext'

export const lcs: Case[] = [
  commands('LCS', [
    [both, ok],
    ['LCS a b', bulk('mytext')],
    ['lcs b a', bulk('mytext')],
    ['LCS a a', bulk('ohmytext')],
    ['LCS a nosuch', bulk('')],
    ['LCS no1 no2', bulk('')],
    ['LCS a b WITHMATCHLEN', bulk('mytext')],
    ['LCS a b MINMATCHLEN 5', bulk('mytext')],
  ]),
  commands('LCS LEN', [
    [both, ok],
    ['LCS a b LEN', int(6)],
    ['LCS a b len LEN', int(6)],
    ['LCS a nosuch LEN', int(0)],
  ]),
  commands('LCS IDX', [
    [both, ok],
    ['LCS a b IDX', result([tail, head], 6)],
    ['LCS a b IDX WITHMATCHLEN', result(bothWithLength, 6)],
    ['LCS a b IDX MINMATCHLEN 2', result([tail, head], 6)],
    ['LCS a b IDX MINMATCHLEN 3', result([tail], 6)],
    ['LCS a b minmatchlen 4 withmatchlen idx', result(bothWithLength.slice(0, 1), 6)],
    ['LCS a b IDX MINMATCHLEN 5', result([], 6)],
    ['LCS a b IDX MINMATCHLEN -1', result([tail, head], 6)],
    ['LCS a b IDX MINMATCHLEN 9223372036854775807', result([], 6)],
    ['LCS a b IDX MINMATCHLEN 9 MINMATCHLEN 0', result([tail, head], 6)],
    ['LCS a nosuch IDX', result([], 0)],
  ]),
  commands('LCS of bytes', [
    [['MSET', 'a', '\xff\0\r\n1', 'b', '\0\n\xff1'], ok],
    ['LCS a b', bulk('\0\n1')],
    [
      'LCS a b IDX',
      result(
        [
          array(span(4, 4), span(3, 3)),
          array(span(3, 3), span(1, 1)),
          array(span(1, 1), span(0, 0)),
        ],
        3,
      ),
    ],
  ]),
  commands('LCS of numbers', [
    ['MSET a 12345 b 2405', ok],
    ['LCS a b', bulk('245')],
  ]),
  commands('LCS with two ways of the same length', [
    ['MSET a ab b ba', ok],
    ['LCS a b', bulk('b')],
    ['LCS a b IDX', result([array(span(1, 1), span(0, 0))], 1)],
    ['LCS b a', bulk('a')],
  ]),
  commands(
    'LCS in RESP3',
    [
      ['HELLO 3', matching(/%7\r\n[\s\S]*/)],
      [both, ok],
      ['LCS a b', bulk('mytext')],
      [
        'LCS a b IDX MINMATCHLEN 3',
        `%2\r\n${bulk('matches')}${array(tail)}${bulk('len')}${int(6)}`,
      ],
    ],
    { changesConnection: true },
  ),
  commands(
    'LCS of values too long for the table',
    [
      [['MSET', 'a', 'a'.repeat(20_000), 'b', 'b'.repeat(20_000)], ok],
      ['LCS a b', err('Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')],
    ],
    { big: true },
  ),
  ...each('bad LCS', [
    ['LCS a', arity('lcs')],
    ['LCS a b FOO', syntaxError],
    ['LCS a b MINMATCHLEN', syntaxError],
    ['LCS a b MINMATCHLEN x', notInteger],
    ['LCS a b IDX LEN', err('If you want both the length and indexes, please just use IDX.')],
    ['LCS a b IDX LEN FOO', syntaxError],
  ]),
  commands('COMMAND GETKEYS of LCS', [
    ['COMMAND GETKEYS LCS a b LEN', bulks('a', 'b')],
    ['KEYS *', emptyArray],
  ]),
]
