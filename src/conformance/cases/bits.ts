/** SETBIT and GETBIT. */
import { type Case, commands, each, poll } from '../case.ts'
import { arity, array, bulk, err, int, intBetween, nil, ok } from '../replies.ts'

const badOffset = err('bit offset is not an integer or out of range')
const badBit = err('bit is not an integer or out of range')

export const bits: Case[] = [
  commands('SETBIT', [
    ['SETBIT k 7 0', int(0)],
    ['GET k', bulk('\0')],
    ['SETBIT k 7 1', int(0)],
    ['SETBIT k 7 1', int(1)],
    ['GET k', bulk('\x01')],
    ['SETBIT k 16 1', int(0)],
    ['GET k', bulk('\x01\0\x80')],
    ['SETBIT k 7 0', int(1)],
    ['GET k', bulk('\0\0\x80')],
    ['STRLEN k', int(3)],
  ]),
  commands('SETBIT changes text and numbers', [
    ['SET k @', ok],
    ['SETBIT k 2 1', int(0)],
    ['GET k', bulk('`')],
    ['SET n 1', ok],
    ['SETBIT n 6 1', int(0)],
    ['INCR n', int(4)],
    [['SET', 'h', '\xff\xff'], ok],
    ['SETBIT h 8 0', int(1)],
    ['GET h', bulk('\xff\x7f')],
  ]),
  commands('SETBIT of a long value', [
    ['SETBIT k 80000 1', int(0)],
    ['STRLEN k', int(10001)],
    ['GETBIT k 80000', int(1)],
    ['GETBIT k 79999', int(0)],
    ['GETRANGE k -2 -1', bulk('\0\x80')],
  ]),
  commands('SETBIT leaves values alone that were read before', [
    ['SET a aaaa', ok],
    ['COPY a b', int(1)],
    ['SETBIT a 6 1', int(0)],
    ['MGET a b', array(bulk('caaa'), bulk('aaaa'))],
  ]),
  commands('SETBIT keeps the expiry', [
    ['SET k v EX 100', ok],
    ['SETBIT k 0 1', int(0)],
    ['TTL k', intBetween(98, 100)],
  ]),
  commands('GETBIT', [
    ['GETBIT k 0', int(0)],
    ['GETBIT k 4294967295', int(0)],
    ['SET k `', ok],
    ['GETBIT k 0', int(0)],
    ['GETBIT k 1', int(1)],
    ['GETBIT k 2', int(1)],
    ['GETBIT k 7', int(0)],
    ['GETBIT k 8', int(0)],
    ['EXISTS nosuch', int(0)],
    [['SET', 'h', '\x80\xff'], ok],
    ['GETBIT h 0', int(1)],
    ['GETBIT h 1', int(0)],
    ['GETBIT h 15', int(1)],
  ]),
  commands('a bit of a key that expires', [
    ['SET k v PX 5', ok],
    poll('GETBIT k 1', int(1), int(0)),
    ['SETBIT k 7 1', int(0)],
    ['GET k', bulk('\x01')],
  ]),
  ...each('bad bit', [
    ['SETBIT', arity('setbit')],
    ['SETBIT k 1', arity('setbit')],
    ['SETBIT k 1 1 1', arity('setbit')],
    ['GETBIT k', arity('getbit')],
    ['GETBIT k 1 1', arity('getbit')],
    ...['x', '-1', '4294967296', '99999999999999999999', '01', '1.0', '+1'].flatMap(
      (offset): [string, string][] => [
        [`SETBIT k ${offset} 1`, badOffset],
        [`GETBIT k ${offset}`, badOffset],
      ],
    ),
    [['SETBIT', 'k', '', '1'], badOffset],
    ['SETBIT k x 2', badOffset],
    ...['2', '-1', 'x', '01', '10'].map((bit): [string, string] => [`SETBIT k 0 ${bit}`, badBit]),
    [['SETBIT', 'k', '0', ''], badBit],
    ['SETBIT k 4294967295 2', badBit],
  ]),
  commands('a bad bit makes no key', [
    ['SETBIT k 0 2', badBit],
    ['GET k', nil],
  ]),
]
