/** Whether a server does its work itself: what it has started, whom it talks to, whose files it loads. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labRoot } from '../run/server.ts'

/**
 * What a server leaves to others, in sentences; none where it is alone, or where this cannot be seen:
 * only Linux tells.
 * @param port where it listens: its own clients' connections are there
 */
export function companyOf(pid: number, port: number): string[] {
  const children = childrenOf(pid)
  const others = connectionsElsewhere(pid, port)
  return [
    ...(children.length === 0 ? [] : [`it has started other processes (${children.join(', ')})`]),
    ...(others.length === 0
      ? []
      : [`it is connected to another server, port ${others.join(', ')}`]),
  ]
}

/** The stages' own files among those that a program has loaded, as paths in the checkout. */
export function borrowedFiles(loaded: readonly string[]): string[] {
  const stages = join(labRoot, 'stages') + sep
  return loaded
    .map((url) => fileURLToPath(url))
    .filter((path) => path.startsWith(stages))
    .map((path) => relative(labRoot, path))
}

/** Process ids of all that a process has started and that still runs. */
function childrenOf(pid: number): number[] {
  return attempt(() =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
      return text === '' ? [] : text.split(' ').map(Number)
    }),
  )
}

/** Remote ports of a process's TCP connections that did not come in at `port`. */
function connectionsElsewhere(pid: number, port: number): number[] {
  const inodes = new Set(
    attempt(() =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        const target = attempt(() => [readlinkSync(`/proc/${pid}/fd/${fd}`)])[0]
        return /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1] ?? []
      }),
    ),
  )
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    attempt(() => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1)),
  )
  const remote = rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9]!))
    .map((fields) => ({ local: portIn(fields[1]!), remote: portIn(fields[2]!) }))
    .filter(({ local, remote }) => remote !== 0 && local !== port)
  return [...new Set(remote.map((one) => one.remote))]
}

/** `0100007F:1F90`: address and port, in hexadecimal. */
function portIn(address: string): number {
  return Number.parseInt(address.split(':')[1]!, 16)
}

function attempt<T>(look: () => T[]): T[] {
  try {
    return look()
  } catch {
    return [] // the process has gone, or this is not Linux
  }
}
