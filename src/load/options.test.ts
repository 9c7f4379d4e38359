import { parseArgs } from 'node:util'
import { expect, test } from 'vitest'
import { LabError } from '../run/lab-error.ts'
import { loadFlags, loadHelp, readLoadOptions } from './options.ts'

function read(...args: string[]) {
  return readLoadOptions(parseArgs({ args, options: loadFlags }).values)
}

function refusal(...args: string[]): LabError {
  try {
    read(...args)
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error(`${args.join(' ')} was taken`)
}

test("the defaults are the article's", () => {
  expect(read()).toEqual({
    requests: undefined,
    clients: 50,
    pipeline: 1,
    payload: 3,
    keyspace: 1,
    tests: ['set', 'get'],
    tool: 'lab',
  })
})

test('every word is read', () => {
  const words = '--requests 1000000 --clients 10000 --pipeline 16 --payload 0 --keyspace 100000000'
  expect(read(...words.split(' '), '--tests', 'GET,ping,get', '--tool', 'redis-benchmark')).toEqual(
    {
      requests: 1_000_000,
      clients: 10_000,
      pipeline: 16,
      payload: 0,
      keyspace: 100_000_000,
      tests: ['get', 'ping'],
      tool: 'redis-benchmark',
    },
  )
})

test.for([
  ['--clients', 'abc'],
  ['--clients', '0'],
  ['--clients', '10001'],
  ['--clients', '1e3'],
  ['--clients', '1.5'],
  ['--clients', ''],
  ['--requests', '0'],
  ['--requests', '1000000001'],
  ['--pipeline', '1001'],
  ['--payload', '536870913'],
  ['--keyspace', '100000001'],
])('%s %s is refused with what is allowed', ([flag, word]) => {
  const error = refusal(flag!, word!)
  expect(error.exitCode).toBe(2)
  expect(error.message).toMatch(
    new RegExp(`^${flag} needs a whole number from \\d to [\\d,]+, not '${word}'$`),
  )
  expect(error.next).toMatch(new RegExp(`^${flag} \\d+$`))
  expect(() => read(...error.next!.split(' '))).not.toThrow()
})

test('unknown tests and tools are refused', () => {
  expect(refusal('--tests', 'set,lpush')).toMatchObject({
    message: "--tests needs a list of ping, set, get, incr, mset, mget, not 'set,lpush'",
    exitCode: 2,
  })
  expect(refusal('--tests', '').exitCode).toBe(2)
  expect(refusal('--tool', 'ab')).toMatchObject({
    message: "--tool needs lab or redis-benchmark, not 'ab'",
    exitCode: 2,
  })
})

test('what would not fit into memory is refused, and what would is not', () => {
  expect(refusal('--payload', '100000000', '--pipeline', '16')).toMatchObject({
    message:
      'SET with --payload 100000000 --pipeline 16 --clients 50 would keep 1.5 GiB in flight; ' +
      'the limit is 1 GiB',
    exitCode: 2,
  })
  expect(refusal('--payload', '1000000', '--pipeline', '100', '--keyspace', '2').exitCode).toBe(2)
  expect(read('--payload', '1000000', '--pipeline', '100').payload).toBe(1_000_000)
  expect(read('--payload', '536870912').payload).toBe(536_870_912)
})

test('the help has a line for every word', () => {
  for (const flag of Object.keys(loadFlags)) {
    expect(loadHelp.filter((line) => line.startsWith(`--${flag} `))).toHaveLength(1)
  }
})
