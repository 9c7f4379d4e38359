/**
 * The system calls that this stage makes, through `node:ffi`: functions of the C library, without a
 * line of C.
 *
 * Nothing checks what they are given. A wrong address or length makes the kernel write over memory
 * that belongs to V8; the few lines around each call are all the care that is taken.
 *
 * A call costs 60 to 400 ns, depending on its arguments, before the kernel has done anything: more
 * than the same call costs a program in C. Code that runs for every request should make none.
 */
import { dlopen, getRawPointer, toArrayBuffer } from 'node:ffi'
import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'

const { functions: libc } = dlopen(null, {
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'buffer', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'buffer', 'i32'], return: 'i32' },
  listen: { arguments: ['i32', 'i32'], return: 'i32' },
  getsockname: { arguments: ['i32', 'buffer', 'buffer'], return: 'i32' },
  getpeername: { arguments: ['i32', 'buffer', 'buffer'], return: 'i32' },
  send: { arguments: ['i32', 'buffer', 'i32', 'i32'], return: 'i32' },
  shutdown: { arguments: ['i32', 'i32'], return: 'i32' },
  close: { arguments: ['i32'], return: 'i32' },
  mmap: { arguments: ['u64', 'u64', 'i32', 'i32', 'i32', 'i64'], return: 'u64' },
  // Any system call by its number; the C library has no functions for those of io_uring.
  syscall: { arguments: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], return: 'i32' },
  __errno_location: { arguments: [], return: 'pointer' },
})

const { functions: withAddresses } = dlopen(null, {
  syscall: { arguments: ['i32', 'u64', 'u64', 'u64', 'u64'], return: 'i32' },
})

export const { bind, close, getpeername, getsockname, listen, send, setsockopt, shutdown, socket } =
  libc

export const MSG_DONTWAIT = 0x40
export const MSG_NOSIGNAL = 0x4000

/** Where the C library notes why a call of this thread failed. */
const errnoOfThread = new Int32Array(toArrayBuffer(libc.__errno_location(), 4, false))

/** Why the call before this one gave -1. */
export function errno(): number {
  return errnoOfThread[0]!
}

export const { EAGAIN, EBUSY, EINTR, ENOBUFS } = constants.errno

/**
 * Gives the result of a call back, unless it failed.
 * @throws Error with the `code` of the failure, e.g. `EADDRINUSE`
 */
export function check(result: number, call: string): number {
  if (result !== -1) return result
  const code = getSystemErrorName(-errno())
  throw Object.assign(new Error(`${call}: ${code}`), { code })
}

/**
 * Where bytes lie. They stay there while the Buffer is referenced; V8 does not see that the
 * kernel uses them. An address has 48 bits at most, so a number holds it exactly.
 */
export function addressOf(bytes: Buffer): number {
  return Number(getRawPointer(bytes))
}

/** Memory outside V8's heap, zeroed, that stays until the process ends. */
export function allocatePages(length: number): { memory: ArrayBuffer; address: bigint } {
  return map(length, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
}

/** Memory that the kernel shares with us: of file `fd`, from `offset` on. */
export function mapShared(fd: number, offset: number, length: number): ArrayBuffer {
  return map(length, MAP_SHARED | MAP_POPULATE, fd, offset).memory
}

function map(length: number, flags: number, fd: number, offset: number) {
  const protection = PROT_READ | PROT_WRITE
  const address = libc.mmap(0n, BigInt(length), protection, flags, fd, BigInt(offset))
  if (address === MAP_FAILED) check(-1, 'mmap')
  return { memory: toArrayBuffer(address, length, false), address }
}

const PROT_READ = 1
const PROT_WRITE = 2
const MAP_SHARED = 0x01
const MAP_PRIVATE = 0x02
const MAP_ANONYMOUS = 0x20
const MAP_POPULATE = 0x8000
const MAP_FAILED = 2n ** 64n - 1n

/** @returns the descriptor of a new ring */
export function ioUringSetup(entries: number, params: Buffer): number {
  const fd = withAddresses.syscall(425, BigInt(entries), getRawPointer(params), 0n, 0n)
  return check(fd, 'io_uring_setup')
}

export function ioUringRegister(fd: number, operation: number, argument: Buffer): void {
  const address = getRawPointer(argument)
  const result = withAddresses.syscall(427, BigInt(fd), BigInt(operation), address, 1n)
  check(result, 'io_uring_register')
}

/** @returns -1 if a signal came while it waited, among others: see `errno` */
export function ioUringEnter(fd: number, submit: number, wait: number, flags: number): number {
  return libc.syscall(426, fd, submit, wait, flags, 0)
}
