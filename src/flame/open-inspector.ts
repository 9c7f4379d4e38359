/**
 * The inspector of a server: of one that the lab started, as its options opened it; of a process
 * that ran already, opened for the time of a recording with the signal that Node has for it.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { howToList } from '../run/attach.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { withTimeout } from '../run/timeout.ts'
import { connectInspector, connectTo, type Inspector } from './inspector.ts'

export interface OpenedInspector {
  inspector: Inspector
  /**
   * Closes the inspector if it was opened for this recording; one that was open before stays.
   * @throws LabError if it cannot be closed
   */
  close(): Promise<void>
}

/** The process ends its inspector by itself when the lab has not been heard of for so long, ms. */
const DEADLINE_MS = 10_000

/**
 * Connects to the inspector of a server. A process that ran already opens its own on loopback, if it
 * is not open yet.
 * @throws LabError if it cannot be opened, or would not be on loopback
 */
export async function openInspector(
  server: RunningServer,
  timeoutMs = 5000,
): Promise<OpenedInspector> {
  if (server.attached === undefined) return leaveOpen(await connectInspector(server, timeoutMs))
  const { pid, name, ended } = server
  const { host, port } = inspectorOption(pid)
  const before = listening(pid)
  const open = before.find((one) => one.port === port && isLoopback(one.address))
  const already = open === undefined ? undefined : await addressAt(open)
  if (already !== undefined) return leaveOpen(await connectTo(already, name))
  refuseSignal(pid, host, port)
  process.kill(pid, 'SIGUSR1')
  const opened = await Promise.race([
    newListener(pid, before, timeoutMs),
    ended.then((how) => {
      throw new LabError(`${name} was not recorded: ${how}`, { next: howToList })
    }),
  ])
  const address = opened && (await addressAt(opened))
  if (opened === undefined || address === undefined) {
    throw new LabError(`${name} did not open an inspector within ${timeoutMs / 1000} s`, {
      means: 'it handles SIGUSR1 itself, or its event loop is blocked',
      next: 'start it with --perf-basic-prof: then perf has names without an inspector',
    })
  }
  const inspector = await connectTo(address, name)
  await inspector.evaluate(
    `void (globalThis[Symbol.for('lab.inspector')] = setTimeout(() => process._debugEnd(), ${DEADLINE_MS}).unref())`,
  )
  const heartbeat = setInterval(() => {
    inspector.evaluate(`void globalThis[Symbol.for('lab.inspector')].refresh()`).catch(() => {})
  }, DEADLINE_MS / 5)
  return {
    inspector,
    close: async () => {
      clearInterval(heartbeat)
      await closeInspector(inspector, pid, opened.port, timeoutMs)
    },
  }
}

function leaveOpen(inspector: Inspector): OpenedInspector {
  return { inspector, close: () => inspector.close() }
}

/**
 * The process closes the connection itself, from a timer: if the lab closed it at the same moment,
 * Node 20 to 24 crash, each within some ten recordings of an idle server.
 */
async function closeInspector(
  inspector: Inspector,
  pid: number,
  port: number,
  timeoutMs: number,
): Promise<void> {
  const end = `(() => {
    const key = Symbol.for('lab.inspector')
    clearTimeout(globalThis[key])
    delete globalThis[key]
    setTimeout(() => process._debugEnd(), 20)
  })()`
  await inspector.evaluate(end).catch(() => {}) // it has ended
  await withTimeout(timeoutMs, inspector.closed)
  const until = performance.now() + timeoutMs
  while (listening(pid).some((one) => one.port === port)) {
    if (performance.now() > until) {
      throw new LabError(`the inspector of process ${pid} could not be closed`, {
        means: `its event loop is blocked; it listens on 127.0.0.1:${port} until it runs on`,
        next: `ss -ltnp 'sport = :${port}', to see whether it is gone`,
      })
    }
    await delay(10)
  }
}

/** Where the inspector of a process is, or would be: as its options say. */
function inspectorOption(pid: number): { host: string; port: number } {
  const words = (read(`/proc/${pid}/cmdline`) ?? '').split('\0')
  const environment = (read(`/proc/${pid}/environ`) ?? '').split('\0')
  const option = environment.find((text) => text.startsWith('NODE_OPTIONS='))
  const all = [...(option?.slice('NODE_OPTIONS='.length).split(' ') ?? []), ...words]
  const value = all
    .map(
      (word) =>
        /^--(?:inspect|inspect-port|inspect-brk|inspect-wait|debug-port)=(.+)$/.exec(word)?.[1],
    )
    .findLast((found) => found !== undefined)
  const [, host = '127.0.0.1', port = '9229'] = /^(?:(.*?):)?(\d+)$/.exec(value ?? '') ?? [
    value,
    value,
  ]
  return { host, port: Number(port) }
}

/** @throws LabError if the signal would do harm, or open nothing that can be reached */
function refuseSignal(pid: number, host: string, port: number): void {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1]
  const sigusr1 = 1n << 9n
  if (caught === undefined || (BigInt(`0x${caught}`) & sigusr1) === 0n) {
    throw new LabError(`process ${pid} would be ended by the signal that opens an inspector`, {
      means: 'it was started with --disable-sigusr1, or has only just begun',
      next: 'start it with --inspect=127.0.0.1:0, or with --perf-basic-prof',
    })
  }
  if (!/^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host)) {
    throw new LabError(
      `process ${pid} would open its inspector on ${host}, for other machines too`,
      {
        next: 'start it without that --inspect-port',
      },
    )
  }
  if (readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')) {
    throw new LabError(`process ${pid} is in another network namespace, as in a container`, {
      means: 'its inspector cannot be reached from here',
      next: 'run the lab inside that container',
    })
  }
  if (port !== 0 && sockets(pid).some((one) => one.port === port)) {
    throw new LabError(`port ${port}, on which process ${pid} would open its inspector, is taken`, {
      next: `ss -ltnp 'sport = :${port}', and end what listens there`,
    })
  }
}

interface Listening {
  address: string
  port: number
  inode: string
}

/** All sockets that listen in the network of a process. */
function sockets(pid: number): Listening[] {
  return ['tcp', 'tcp6'].flatMap((kind) =>
    (read(`/proc/${pid}/net/${kind}`) ?? '').split('\n').flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state !== '0A') return []
      const [address = '', port = ''] = local.split(':')
      return [{ address, port: Number.parseInt(port, 16), inode }]
    }),
  )
}

/** Those of the process itself. */
function listening(pid: number): Listening[] {
  const own = new Set<string>()
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const link = readlink(`/proc/${pid}/fd/${name}`)
      const inode = /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1]
      if (inode !== undefined) own.add(inode)
    }
  } catch {
    return [] // it has ended
  }
  return sockets(pid).filter(({ inode }) => own.has(inode))
}

function readlink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** In `/proc/net/tcp`, 127.0.0.0/8 ends in 7F on a little-endian machine; `::1` is spelled out. */
function isLoopback(address: string): boolean {
  return /^[0-9A-F]{6}7F$/.test(address) || /^0{24}(01000000|00000001)$/.test(address)
}

async function newListener(
  pid: number,
  before: readonly Listening[],
  timeoutMs: number,
): Promise<Listening | undefined> {
  const until = performance.now() + timeoutMs
  const known = new Set(before.map(({ inode }) => inode))
  while (performance.now() < until) {
    const found = listening(pid).find(
      ({ inode, address }) => !known.has(inode) && isLoopback(address),
    )
    if (found !== undefined) return found
    await delay(10)
  }
  return undefined
}

/** The WebSocket of the inspector at a port; undefined if something else answers there. */
async function addressAt({ address, port }: Listening): Promise<string | undefined> {
  const host = address.length > 8 ? '[::1]' : '127.0.0.1'
  try {
    const signal = AbortSignal.timeout(5000)
    const answer = await fetch(`http://${host}:${port}/json/list`, { signal })
    const [first] = (await answer.json()) as { webSocketDebuggerUrl?: string }[]
    return first?.webSocketDebuggerUrl
  } catch {
    return undefined
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
