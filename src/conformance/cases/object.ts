/** OBJECT. */
import { type Case, commands, each, type Row } from '../case.ts'
import { arity, bulk, err, int, nil, ok } from '../replies.ts'

const encodings: [value: string, encoding: string][] = [
  ['0', 'int'],
  ['-1', 'int'],
  ['12345678901', 'int'],
  ['9223372036854775807', 'int'],
  ['-9223372036854775808', 'int'],
  ['9223372036854775808', 'embstr'],
  ['0123', 'embstr'],
  ['-0', 'embstr'],
  ['1.5', 'embstr'],
  [' 1', 'embstr'],
  ['', 'embstr'],
  ['a', 'embstr'],
  ['a'.repeat(44), 'embstr'],
  ['a'.repeat(45), 'raw'],
  ['1'.repeat(44), 'embstr'],
  ['a'.repeat(5000), 'raw'],
]

const shared = int(2147483647)

export const object: Case[] = [
  commands(
    'OBJECT ENCODING',
    encodings.flatMap(([value, encoding]): Row[] => [
      [['SET', 'k', value], ok],
      ['OBJECT ENCODING k', bulk(encoding)],
    ]),
  ),
  commands('OBJECT ENCODING of what other commands made', [
    ['MSET a 1 b x', ok],
    ['OBJECT ENCODING a', bulk('int')],
    ['object encoding b', bulk('embstr')],
    ['SETNX c 44', int(1)],
    ['OBJECT ENCODING c', bulk('int')],
    ['SETEX d 100 44', ok],
    ['OBJECT ENCODING d', bulk('int')],
    ['APPEND e 12', int(2)],
    ['OBJECT ENCODING e', bulk('int')],
    ['INCR f', int(1)],
    ['OBJECT ENCODING f', bulk('int')],
    ['INCRBYFLOAT g 0.5', bulk('0.5')],
    ['OBJECT ENCODING g', bulk('embstr')],
    ['COPY a h', int(1)],
    ['OBJECT ENCODING h', bulk('int')],
  ]),
  commands('OBJECT REFCOUNT', [
    ['MSET a 0 b 9999 c 10000 d -1 e x f 00', ok],
    ['OBJECT REFCOUNT a', shared],
    ['OBJECT REFCOUNT b', shared],
    ['OBJECT REFCOUNT c', int(1)],
    ['OBJECT REFCOUNT d', int(1)],
    ['OBJECT REFCOUNT e', int(1)],
    ['OBJECT REFCOUNT f', int(1)],
    ['INCR a', int(1)],
    ['OBJECT REFCOUNT a', shared],
  ]),
  commands('OBJECT IDLETIME', [
    ['SET k v', ok],
    ['OBJECT IDLETIME k', int(0)],
    ['OBJECT IDLETIME k', int(0)],
  ]),
  commands('OBJECT of no key', [
    ['OBJECT IDLETIME k', nil],
    ['OBJECT ENCODING k', nil],
    ['OBJECT REFCOUNT k', nil],
    ['OBJECT FREQ k', nil],
  ]),
  commands('OBJECT FREQ', [
    ['SET k v', ok],
    [
      'OBJECT FREQ k',
      err(
        'An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
      ),
    ],
  ]),
  ...each('bad OBJECT', [
    ['OBJECT', arity('object')],
    ['OBJECT ENCODING', arity('object|encoding')],
    ['OBJECT ENCODING a b', arity('object|encoding')],
    ['OBJECT REFCOUNT', arity('object|refcount')],
    ['OBJECT IDLETIME a b', arity('object|idletime')],
    ['OBJECT FREQ a b', arity('object|freq')],
    ['OBJECT HELP x', arity('object|help')],
    ['OBJECT nope', err("unknown subcommand 'nope'. Try OBJECT HELP.")],
  ]),
]
