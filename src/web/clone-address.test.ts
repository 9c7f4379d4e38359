import { expect, it } from 'vitest'
import { cloneAddress } from './clone-address.ts'

it.each([
  ['https://example.org/lab/redis.git', 'https://example.org/lab/redis.git'],
  ['https://ann:secret@example.org:8443/lab.git?token=1', 'https://example.org:8443/lab.git'],
  ['git@example.org:lab/redis.git', 'https://example.org/lab/redis.git'],
  ['ssh://git@example.org/lab.git', undefined],
  ['/home/ann/lab', undefined],
  ['https://', undefined],
])('%s is cloned from %s', (remote, address) => {
  expect(cloneAddress(remote)).toBe(address)
})
