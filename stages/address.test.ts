/** Addresses on their way to the kernel, and back. */
import { expect, it } from 'vitest'
import { MAX_ADDRESS, readAddress, writeAddress } from './stage6/address.ts'

it.each([
  ['127.0.0.1', 4],
  ['::1', 6],
  ['::', 6],
  ['fe80::1:2', 6],
  ['2001:db8:1:2:3:4:5:6', 6],
  ['::ffff:127.0.0.1', 6],
] as const)('writes %s so that it reads the same', (address, family) => {
  const bytes = Buffer.alloc(MAX_ADDRESS)
  writeAddress(bytes, family, address, 6379)
  expect(readAddress(bytes)).toEqual({ address, port: 6379 })
})
