/** SCAN: each key exactly once, by cursors that the server makes up. */
import { type Case, commands, each, scan } from '../case.ts'
import {
  array,
  bulk,
  bulks,
  emptyArray,
  err,
  int,
  notInteger,
  ok,
  syntaxError,
} from '../replies.ts'

const many = Array.from({ length: 300 }, (_, i) => `key:${i}`)
const setMany: [string[], string] = [['MSET', ...many.flatMap((key) => [key, 'v'])], ok]
const badCursor = err('invalid cursor')
const done = array(bulk('0'), emptyArray)
const one = array(bulk('0'), bulks('a'))

export const scanning: Case[] = [
  commands('nothing there', [
    ['SCAN 0', done],
    ['scan 0 count 5 match * type string', done],
    ['SCAN 0 COUNT 9223372036854775807', done],
    ['SCAN 18446744073709551615', done],
  ]),
  commands('one key', [
    ['SET a 1', ok],
    ['SCAN 0', one],
    ['SCAN 0 MATCH a', one],
    ['SCAN 0 MATCH b', done],
    ['SCAN 0 MATCH b MATCH a', one],
    ['SCAN 0 COUNT 1 COUNT 10', one],
    ['SCAN 0 TYPE string', one],
    ['SCAN 0 type STRING', one],
    ['SCAN 0 TYPE list', done],
    ['SCAN 0 TYPE nosuch', done],
  ]),
  ...['', 'COUNT 1', 'COUNT 7', 'COUNT 100', 'COUNT 1000', 'TYPE string COUNT 50'].map((options) =>
    commands(`300 keys: ${options || 'no options'}`, [setMany, scan(options, many)], { big: true }),
  ),
  commands(
    '300 keys by pattern',
    [
      setMany,
      scan(
        'MATCH key:1?',
        many.filter((key) => /^key:1.$/.test(key)),
      ),
      scan('MATCH *99 COUNT 20', ['key:99', 'key:199', 'key:299']),
      scan('MATCH nosuch* COUNT 20', []),
      scan('COUNT 20 TYPE hash', []),
    ],
    { big: true },
  ),
  commands('30 keys, byte by byte', [
    [['MSET', ...many.slice(0, 30).flatMap((key) => [key, 'v'])], ok],
    scan('COUNT 4', many.slice(0, 30)),
  ]),
  commands('binary keys', [
    [['MSET', '\xff\0', '1', '\r\n', '2', '', '3'], ok],
    scan('', ['\xff\0', '\r\n', '']),
  ]),
  commands(
    'after deletions',
    [setMany, [['DEL', ...many.slice(0, 150)], int(150)], scan('COUNT 9', many.slice(150))],
    { big: true },
  ),
  commands(
    'keys that stay are found while others come and go',
    [
      setMany,
      [['MSET', ...many.flatMap((key) => [`gone:${key}`, 'v'])], ok],
      {
        ...scan('COUNT 20', many),
        between: (page) => [
          ['SET', `new:${page}`, 'v'],
          ['DEL', ...many.slice(page * 20, page * 20 + 20).map((key) => `gone:${key}`)],
        ],
      },
    ],
    { big: true },
  ),
  ...each('bad cursor', [
    ['SCAN abc', badCursor],
    [['SCAN', '0\0x', 'COUNT', '0'], err('syntax error')],
    ['SCAN 0x', badCursor],
    ['SCAN 1.5', badCursor],
    [['SCAN', ' 0'], badCursor],
    ['SCAN 18446744073709551616', badCursor],
    ['SCAN abc FOO', badCursor],
  ]),
  // Redis reads a cursor as strtoul does.
  ...each('odd cursor', [
    ['SCAN 01', done],
    ['SCAN +0', done],
    ['SCAN -0', done],
    ['SCAN -1', done],
    [['SCAN', ''], done],
  ]),
  ...each('bad option', [
    ['SCAN 0 COUNT', syntaxError],
    ['SCAN 0 COUNT 0', syntaxError],
    ['SCAN 0 COUNT -1', syntaxError],
    ['SCAN 0 COUNT abc', notInteger],
    ['SCAN 0 COUNT 1.5', notInteger],
    ['SCAN 0 MATCH', syntaxError],
    ['SCAN 0 FOO', syntaxError],
    ['SCAN 0 FOO 1', syntaxError],
    ['SCAN 0 TYPE string MATCH', syntaxError],
    ['SCAN 0 COUNT abc FOO 1', notInteger],
  ]),
]
