/** What the server tells of itself: INFO, CONFIG GET, CLIENT INFO. */
import type { Arguments } from '../arguments.ts'
import { matchesGlob } from '../glob.ts'
import { DATABASES, MAX_BULK, MAX_CLIENTS } from '../limits.ts'
import { map, type Replies, verbatim } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Command, command, container } from './command.ts'

/** The Redis whose answers the stages give; clients choose their features by it. */
export const REDIS_VERSION = '7.0.15'

export const facts: Command[] = [
  command('info', -1, '', 'Describes the server.', info),
  container('config', 'The settings of the server.', [
    command('get', -3, '', 'Gives the settings that match.', configGet),
  ]),
]

/** The settings that clients and tools ask for; the stages have no others. */
function settings(session: Session): Map<string, string> {
  return new Map([
    ['appendonly', 'no'],
    ['bind', session.keyspace.host],
    ['databases', String(DATABASES)],
    ['maxclients', String(MAX_CLIENTS)],
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    ['port', String(session.keyspace.port)],
    ['proto-max-bulk-len', String(MAX_BULK)],
    ['save', ''],
    ['timeout', '0'],
  ])
}

function configGet(args: Arguments, replies: Replies, session: Session): void {
  const all = settings(session)
  const found = new Map<string, string>()
  for (let at = 2; at < args.count; at++) {
    const pattern = args.text(at)
    for (const [name, value] of all) {
      // A name that was asked for in so many words is given back as it was spelt.
      const asked = name === pattern.toLowerCase()
      if (asked) found.set(pattern, value)
      else if (matchesGlob(pattern.toLowerCase(), name)) found.set(name, value)
    }
  }
  map(replies, found.size)
  for (const [name, value] of found) {
    replies.bulk(name)
    replies.bulk(value)
  }
}

function info(args: Arguments, replies: Replies, session: Session): void {
  const wanted = new Set<string>()
  for (let at = 1; at < args.count; at++) wanted.add(args.word(at))
  const all = wanted.size === 0 || ['ALL', 'DEFAULT', 'EVERYTHING'].some((word) => wanted.has(word))
  const text = [...infoSections(session)]
    .filter(([name]) => all || wanted.has(name.toUpperCase()))
    .map(([name, fields]) => {
      const lines = Object.entries(fields).map(([field, value]) => `${field}:${value}\r\n`)
      return `# ${name}\r\n${lines.join('')}`
    })
    .join('\r\n')
  verbatim(replies, text)
}

function infoSections({ keyspace }: Session): Map<string, Record<string, string | number>> {
  const memory = process.memoryUsage()
  const uptime = Math.floor((Date.now() - keyspace.startedAt) / 1000)
  const databases: Record<string, string> = {}
  for (const [index, { size, sizeWithDeadline }] of keyspace.databases.entries()) {
    if (size > 0) databases[`db${index}`] = `keys=${size},expires=${sizeWithDeadline},avg_ttl=0`
  }
  return new Map<string, Record<string, string | number>>([
    [
      'Server',
      {
        redis_version: REDIS_VERSION,
        redis_mode: 'standalone',
        lab_stage: keyspace.stage,
        node_version: process.version,
        os: `${process.platform} ${process.arch}`,
        process_id: process.pid,
        tcp_port: keyspace.port,
        uptime_in_seconds: uptime,
        uptime_in_days: Math.floor(uptime / 86400),
      },
    ],
    ['Clients', { connected_clients: keyspace.sessions.size, maxclients: MAX_CLIENTS }],
    [
      'Memory',
      {
        used_memory: memory.heapUsed + memory.external,
        used_memory_rss: memory.rss,
        maxmemory: 0,
        maxmemory_policy: 'noeviction',
      },
    ],
    ['Persistence', { loading: 0, rdb_bgsave_in_progress: 0, aof_enabled: 0 }],
    [
      'Stats',
      {
        total_connections_received: keyspace.connectionsReceived,
        total_commands_processed: keyspace.commandsProcessed,
      },
    ],
    ['Replication', { role: 'master', connected_slaves: 0 }],
    ['Cluster', { cluster_enabled: 0 }],
    ['Keyspace', databases],
  ])
}

/** The line of CLIENT INFO, as far as its fields mean anything here. */
export function clientInfo(replies: Replies, session: Session): void {
  const fields: Record<string, string | number> = {
    id: session.id,
    addr: session.address,
    laddr: session.localAddress,
    fd: -1,
    name: session.name,
    age: Math.floor((Date.now() - session.connectedAt) / 1000),
    idle: 0,
    flags: 'N',
    db: session.databaseIndex,
    sub: 0,
    psub: 0,
    ssub: 0,
    multi: -1,
    events: 'r',
    cmd: session.lastCommand,
    user: 'default',
    redir: -1,
    resp: replies.protocol,
    'lib-name': session.library.name,
    'lib-ver': session.library.version,
  }
  const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
  verbatim(replies, `${words.join(' ')}\n`)
}
