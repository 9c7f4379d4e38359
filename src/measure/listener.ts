/** Which process listens on a port of this machine: the one to count when the lab did not start it. */
import { execFileSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Counted } from './counted.ts'

/**
 * The pid of the server behind an address; missing with the reason if it cannot be seen, as
 * for another machine, another user's process and a container's.
 * @param host a name or an address
 */
export async function findListener(host: string, port: number): Promise<Counted<number>> {
  if (!(await isHere(host))) {
    return { missing: `${host} is another machine: its processes cannot be seen from here` }
  }
  const pid = process.platform === 'linux' ? inProc(port) : byLsof(port)
  if (pid !== undefined) return { value: pid }
  return {
    missing: `no process of yours is seen to listen on port ${port}: it is another user's, or in a container`,
  }
}

/** The port of a URL, also if it is that of the protocol. */
export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

/** The host of a URL as sockets take it: an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** Whether something accepts connections at a URL; not if it takes longer than a second. */
export function accepts(url: URL): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: hostOf(url), port: portOf(url), timeout: 1000 })
    const say = (is: boolean) => {
      socket.destroy()
      done(is)
    }
    socket.once('connect', () => say(true))
    socket.once('error', () => say(false))
    socket.once('timeout', () => say(false))
  })
}

/**
 * The ports on which a process listens; none if it cannot be seen. Some milliseconds on Linux.
 * @param pid of a process of the same user
 */
export function portsOf(pid: number): number[] {
  if (process.platform !== 'linux') return portsByLsof(pid)
  const own = new Set(
    attempt(() => readdirSync(`/proc/${pid}/fd`), []).map((fd) =>
      attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ''),
    ),
  )
  return listeningSockets()
    .filter(({ socket }) => own.has(socket))
    .map(({ port }) => port)
}

function portsByLsof(pid: number): number[] {
  const args = ['-nP', '-a', '-p', String(pid), '-iTCP', '-sTCP:LISTEN', '-Fn']
  const output = attempt(() => execFileSync('lsof', args, { encoding: 'utf8' }), '')
  return [...output.matchAll(/^n.*:(\d+)$/gm)].map(([, port]) => Number(port))
}

/** Whether an address is one of this machine's own. A name that is not known is not. */
async function isHere(host: string): Promise<boolean> {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  try {
    const { address } = await lookup(host)
    return /^(127\.|::1$)/.test(address) || own.some((each) => each.address === address)
  } catch {
    return false
  }
}

/** By the kernel's list of sockets and the open files of each process; some 10 ms. See proc_net(5). */
function inProc(port: number): number | undefined {
  const sockets = listeningSockets().filter((one) => one.port === port)
  const inodes = new Set(sockets.map(({ socket }) => socket))
  if (inodes.size === 0) return undefined
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.find((pid) =>
    attempt(() => readdirSync(`/proc/${pid}/fd`), []).some((fd) =>
      inodes.has(attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '')),
    ),
  )
  return found === undefined ? undefined : Number(found)
}

interface Listening {
  /** As links in `/proc/PID/fd` name it. */
  socket: string
  port: number
}

/** All listening TCP sockets of this machine. */
function listeningSockets(): Listening[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => attempt(() => readTable(file), []))
}

/** State of a socket that listens. */
const LISTEN = '0A'

/**
 * Listening sockets come first in the kernel's table. The others are not read: after a load, they are
 * thousands of connections that have ended, and take ten times as long.
 */
function readTable(file: string): Listening[] {
  const descriptor = openSync(file, 'r')
  try {
    const found: Listening[] = []
    const bytes = Buffer.alloc(1 << 14)
    let rest = ''
    for (let length = 1; length > 0; ) {
      length = readSync(descriptor, bytes)
      const lines = (rest + bytes.toString('latin1', 0, length)).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        const [number, local, , state, , , , , , inode] = line.trim().split(/\s+/)
        if (number === 'sl') continue // the titles
        if (state !== LISTEN) return found
        const port = Number.parseInt(local!.split(':')[1]!, 16)
        found.push({ socket: `socket:[${inode}]`, port })
      }
    }
    return found
  } finally {
    closeSync(descriptor)
  }
}

function byLsof(port: number): number | undefined {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']
  const output = attempt(() => execFileSync('lsof', args, { encoding: 'utf8' }), '')
  const pid = Number.parseInt(output, 10)
  return Number.isNaN(pid) ? undefined : pid
}

/** What cannot be read, or has ended meanwhile, counts as not there. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
