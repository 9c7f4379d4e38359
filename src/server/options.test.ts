import { expect, it } from 'vitest'
import { parseServerOptions } from './options.ts'

it('takes no empty address, as of a variable that is not set: it would mean all of the machine', () => {
  expect(parseServerOptions([]).host).toBe('127.0.0.1')
  expect(() => parseServerOptions(['--host', ''])).toThrow('--host must be an address')
  expect(() => parseServerOptions(['--host='])).toThrow('--host must be an address')
})
