/** What the server tells of itself: INFO and TIME. */
import type { Arguments } from '../arguments.ts'
import { array, error, type Replies, verbatim } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Command, command } from './command.ts'

/** The Redis whose answers the stages give; clients choose their features by it. */
export const REDIS_VERSION = '7.0.15'

export const facts: Command[] = [
  command('info', -1, '', 'Describes the server.', info),
  command('time', 1, 'fast', 'Gives the time of day.', time),
  command('debug', -2, '', 'Is not allowed.', debug),
]

/** Seconds since 1970 and microseconds; Node knows the time of day to the millisecond. */
function time(_args: Arguments, replies: Replies): void {
  const now = Date.now()
  array(replies, 2)
  replies.bulk(String(Math.floor(now / 1000)))
  replies.bulk(String((now % 1000) * 1000))
}

/** Refused, as by a redis-server whose configuration does not allow it. */
function debug(_args: Arguments, replies: Replies): void {
  error(
    replies,
    'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ' +
      'you can run it from a local connection, otherwise you need to set this option in the ' +
      'configuration file, and then restart the server.',
  )
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
    ['Clients', { connected_clients: keyspace.sessions.size, maxclients: keyspace.maxClients }],
    [
      'Memory',
      {
        get used_memory() {
          return keyspace.memory.used()
        },
        used_memory_rss: process.memoryUsage.rss(),
        maxmemory: keyspace.memory.limit,
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
