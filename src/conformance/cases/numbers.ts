/** Values that are counted: 64-bit integers and floats. */
import { readable } from '../bytes.ts'
import { type Case, commands, each } from '../case.ts'
import { bulk, err, int, intBetween, notFloat, notInteger, ok, overflow } from '../replies.ts'

const max = '9223372036854775807'
const min = '-9223372036854775808'
const decrOverflow = err('decrement would overflow')
const infinite = err('increment would produce NaN or Infinity')

/** What INCR refuses, although it looks like a number. */
const noIntegers = [
  'abc',
  '',
  ' ',
  ' 1',
  '1 ',
  '01',
  '+1',
  '-0',
  '-01',
  '--1',
  '1.0',
  '1e3',
  '0x10',
  '-',
  '1\0',
  '1\r\n',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '99999999999999999999999',
]

/** Value, increment, and the sum as Redis prints it. */
const sums: [value: string, increment: string, sum: string][] = [
  ['10.50', '0.1', '10.6'],
  ['5.0e3', '2.0e2', '5200'],
  ['3', '1.1', '4.1'],
  ['0.1', '0.2', '0.3'],
  ['1', '-1.1', '-0.1'],
  ['-1', '1', '0'],
  ['-0.5', '0.5', '0'],
  ['0', '-0', '0'],
  ['0', '3.0', '3'],
  ['0', '1.', '1'],
  ['0', '.5', '0.5'],
  ['0', '+1', '1'],
  ['01', '1', '2'],
  ['0', '0x10', '16'],
  ['0', '1e5', '100000'],
  ['0', '1E2', '100'],
  ['0', '1e-5', '0.00001'],
  ['0', '1e-17', '0.00000000000000001'],
  ['0', '1e-18', '0'],
  ['0', '1e20', '100000000000000000000'],
  [max, '0', max],
  ['0.7', '0', '0.7'],
  ['123456789', '0.5', '123456789.5'],
]

/** The same, if only the 80 bits of a long double give these digits. */
const longSums: [value: string, increment: string, sum: string][] = [
  ['0', '3.14159265358979323846', '3.14159265358979324'],
  ['0', '1.23456789012345678901', '1.23456789012345679'],
  ['0', '123456789.123456789123', '123456789.12345678912242875'],
  ['100000', '1e-13', '100000.00000000000009948'],
  ['2', '1e-17', '2.00000000000000001'],
  [max, '1', '9223372036854775808'],
  ['0', '18446744073709551615', '18446744073709551615'],
  ['0', '18446744073709551617', '18446744073709551616'],
  ['0', '12345678901234567890123', '12345678901234567889920'],
]

const add = ([value, increment, sum]: [string, string, string], longDouble: boolean): Case =>
  commands(
    `INCRBYFLOAT: ${value} and ${increment}`,
    [
      [['SET', 'k', value], ok],
      [['INCRBYFLOAT', 'k', increment], bulk(sum)],
      ['GET k', bulk(sum)],
    ],
    longDouble ? { longDouble } : {},
  )

export const numbers: Case[] = [
  commands('counting', [
    ['INCR k', int(1)],
    ['INCR k', int(2)],
    ['DECR k', int(1)],
    ['INCRBY k 10', int(11)],
    ['DECRBY k 3', int(8)],
    ['INCRBY k -9', int(-1)],
    ['DECRBY k -5', int(4)],
    ['INCRBY k 0', int(4)],
    ['DECR j', int(-1)],
    ['GET k', bulk('4')],
    ['STRLEN j', int(2)],
  ]),
  commands('counting keeps the time to live', [
    ['SET k 1 EX 100', ok],
    ['INCR k', int(2)],
    ['INCRBYFLOAT k 0.5', bulk('2.5')],
    ['TTL k', intBetween(50, 100)],
  ]),
  commands('up to the largest integer', [
    ['SET k 9223372036854775806', ok],
    ['INCR k', int(max)],
    ['INCR k', overflow],
    ['INCRBY k 1', overflow],
    ['DECRBY k -1', overflow],
    ['GET k', bulk(max)],
    [`INCRBY j ${max}`, int(max)],
    [`INCRBY j ${max}`, overflow],
    [`DECRBY i -${max}`, int(max)],
  ]),
  commands('down to the smallest integer', [
    ['SET k -9223372036854775807', ok],
    ['DECR k', int(min)],
    ['DECR k', overflow],
    ['INCRBY k -1', overflow],
    ['DECRBY k 1', overflow],
    ['GET k', bulk(min)],
    [`INCRBY k ${max}`, int(-1)],
    [`INCRBY j ${min}`, int(min)],
  ]),
  commands('beyond what a double can count', [
    ['SET k 9007199254740993', ok],
    ['INCR k', int('9007199254740994')],
    ['INCRBY k 9007199254740993', int('18014398509481987')],
    ['DECR k', int('18014398509481986')],
  ]),
  commands('DECRBY of the smallest integer', [
    [`DECRBY k ${min}`, decrOverflow],
    ['SET k abc', ok],
    [`DECRBY k ${min}`, decrOverflow],
  ]),
  ...noIntegers.map((value) =>
    commands(`no integer: ${readable(value)}`, [
      [['INCRBY', 'absent', value], notInteger],
      [['DECRBY', 'absent', value], notInteger],
      ['EXISTS absent', int(0)],
      [['SET', 'k', value], ok],
      ['INCR k', notInteger],
      ['DECR k', notInteger],
      ['INCRBY k 1', notInteger],
      ['GET k', bulk(value)],
    ]),
  ),
  ...sums.map((sum) => add(sum, false)),
  ...longSums.map((sum) => add(sum, true)),
  commands('INCRBYFLOAT of an absent key', [
    ['INCRBYFLOAT k 1.5', bulk('1.5')],
    ['INCRBYFLOAT k 1.5', bulk('3')],
    ['INCR k', int(4)],
  ]),
  ...each(
    'no float',
    [
      '',
      ' ',
      ' 1',
      '1 ',
      '\t1',
      '1\n',
      '1\0',
      'abc',
      '1e',
      '1e5x',
      '--1',
      'nan',
      '-nan',
      '.',
      'e5',
      '1,5',
      '1_0',
      '1e5000',
    ].map((word) => [['INCRBYFLOAT', 'k', word], notFloat]),
  ),
  ...each(
    'infinite',
    ['inf', '-inf', '+inf', 'INF', 'infinity', 'Infinity'].map((word) => [
      ['INCRBYFLOAT', 'k', word],
      infinite,
    ]),
  ),
  commands('INCRBYFLOAT of a value that is no float', [
    ['SET k abc', ok],
    ['INCRBYFLOAT k 1', notFloat],
    ['INCRBYFLOAT k inf', notFloat],
    [['SET', 'k', ''], ok],
    ['INCRBYFLOAT k 1', notFloat],
    ['SET k inf', ok],
    ['INCRBYFLOAT k 1', infinite],
    ['INCRBYFLOAT k -inf', infinite],
    ['GET k', bulk('inf')],
  ]),
  commands(
    'INCRBYFLOAT over the largest long double',
    [
      ['SET k 1e4932', ok],
      ['INCRBYFLOAT k 1e4932', infinite],
    ],
    { longDouble: true },
  ),
]
