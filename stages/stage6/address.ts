/** Addresses as the kernel has them (`struct sockaddr`), and as people do. */
import { SocketAddress } from 'node:net'
import { endianness } from 'node:os'

export const AF_INET = 2
export const AF_INET6 = 10
/** The larger of the two, in bytes. */
export const MAX_ADDRESS = 28

/** The family is in the machine's order, the port in the network's, which is big-endian. */
const little = endianness() === 'LE'

/**
 * Writes an address to memory that the kernel will read.
 * @param address numbers, e.g. `127.0.0.1` or `::1`; no name
 * @returns its length in bytes
 */
export function writeAddress(to: Buffer, family: 4 | 6, address: string, port: number): number {
  to.fill(0, 0, MAX_ADDRESS)
  const number = family === 4 ? AF_INET : AF_INET6
  if (little) to.writeUInt16LE(number)
  else to.writeUInt16BE(number)
  to.writeUInt16BE(port, 2)
  if (family === 4) {
    to.set(address.split('.').map(Number), 4)
    return 16
  }
  to.set(groups(address), 8)
  return MAX_ADDRESS
}

/** Reads an address that the kernel has written. */
export function readAddress(from: Buffer): { address: string; port: number } {
  const port = from.readUInt16BE(2)
  const family = little ? from.readUInt16LE() : from.readUInt16BE()
  if (family === AF_INET) return { address: from.subarray(4, 8).join('.'), port }
  const groups = Array.from({ length: 8 }, (_, at) => from.readUInt16BE(8 + at * 2).toString(16))
  // `node:net` knows how zeros are left out.
  const { address } = new SocketAddress({ address: groups.join(':'), family: 'ipv6' })
  return { address, port }
}

/** The 16 bytes of an IPv6 address. */
function groups(address: string): number[] {
  // `URL` writes the last four like the others, which may be as in IPv4.
  const { hostname } = new URL(`http://[${address.split('%')[0]}]`)
  const [before = '', after] = hostname.slice(1, -1).split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === undefined || after === '' ? [] : after.split(':')
  const zeros = new Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
