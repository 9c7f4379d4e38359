/** INFO: what the server says of itself. A field is there if its value is known, and no other. */
import { randomBytes } from 'node:crypto'
import { arch, machine, release, type as systemName, totalmem } from 'node:os'
import type { Arguments } from '../arguments.ts'
import type { Database } from '../database.ts'
import type { Keyspace } from '../keyspace.ts'
import { errorReplies, type Replies, verbatim } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Commands, eachOf, type Handlers } from './command.ts'

/** The Redis whose answers the stages give; clients choose their features by it. */
export const REDIS_VERSION = '7.0.15'

type Fields = Record<string, string | number>

interface Section {
  name: string
  /** Not shown unless it is asked for, or all are. */
  onDemand?: true
  fields: (keyspace: Keyspace, commands: Commands) => Fields
}

export function info(commands: Commands): Handlers {
  return { info: (args, replies, session) => writeInfo(args, replies, session, commands) }
}

function writeInfo(args: Arguments, replies: Replies, session: Session, commands: Commands): void {
  const wanted = new Set<string>()
  for (let at = 1; at < args.count; at++) wanted.add(args.word(at))
  const all = wanted.has('ALL') || wanted.has('EVERYTHING')
  const usual = wanted.size === 0 || wanted.has('DEFAULT')
  const chosen = sections.filter(({ name, onDemand }) => {
    return all || (usual && !onDemand) || wanted.has(name.toUpperCase())
  })
  const texts = chosen.map(({ name, fields }) => {
    const lines = Object.entries(fields(session.keyspace, commands))
    return `# ${name}\r\n${lines.map(([field, value]) => `${field}:${value}\r\n`).join('')}`
  })
  verbatim(replies, texts.join('\r\n'))
}

/** 40 hexadecimal digits that no other process has. */
const runId = randomBytes(20).toString('hex')
const replicationId = randomBytes(20).toString('hex')

const sections: readonly Section[] = [
  { name: 'Server', fields: server },
  { name: 'Clients', fields: clients },
  { name: 'Memory', fields: memory },
  { name: 'Persistence', fields: persistence },
  { name: 'Stats', fields: stats },
  { name: 'Replication', fields: replication },
  { name: 'CPU', fields: cpu },
  { name: 'Modules', fields: () => ({}) },
  { name: 'Commandstats', onDemand: true, fields: commandStats },
  { name: 'Errorstats', fields: errorStats },
  { name: 'Cluster', fields: () => ({ cluster_enabled: 0 }) },
  { name: 'Keyspace', fields: keys },
]

function server(keyspace: Keyspace): Fields {
  const now = Date.now()
  const uptime = Math.floor((now - keyspace.startedAt) / 1000)
  return {
    redis_version: REDIS_VERSION,
    redis_mode: 'standalone',
    lab_stage: keyspace.stage,
    node_version: process.version,
    os: `${systemName()} ${release()} ${machine()}`,
    arch_bits: /64/.test(arch()) ? 64 : 32,
    process_id: process.pid,
    process_supervised: 'no',
    run_id: runId,
    tcp_port: keyspace.port,
    server_time_usec: now * 1000,
    uptime_in_seconds: uptime,
    uptime_in_days: Math.floor(uptime / 86400),
    // How often per second expired keys and slow clients are looked for.
    hz: 10,
    configured_hz: 10,
    executable: process.execPath,
    config_file: '',
    io_threads_active: 0,
  }
}

/** Commands wait only while CLIENT PAUSE makes them; nothing is tracked. */
function clients(keyspace: Keyspace): Fields {
  return {
    connected_clients: keyspace.sessions.size,
    cluster_connections: 0,
    maxclients: keyspace.maxClients,
    blocked_clients: keyspace.pause?.waiting.size ?? 0,
    tracking_clients: 0,
    clients_in_timeout_table: 0,
  }
}

function memory({ memory }: Keyspace): Fields {
  const used = memory.used()
  const rss = process.memoryUsage.rss()
  const overhead = memory.startup
  const dataset = used - overhead
  return {
    used_memory: used,
    used_memory_human: human(used),
    used_memory_rss: rss,
    used_memory_rss_human: human(rss),
    used_memory_peak: memory.peak,
    used_memory_peak_human: human(memory.peak),
    used_memory_peak_perc: percent(used / memory.peak),
    used_memory_overhead: overhead,
    used_memory_startup: memory.startup,
    used_memory_dataset: dataset,
    used_memory_dataset_perc: percent(dataset / used),
    total_system_memory: totalmem(),
    total_system_memory_human: human(totalmem()),
    used_memory_lua: 0,
    used_memory_lua_human: human(0),
    number_of_cached_scripts: 0,
    number_of_functions: 0,
    number_of_libraries: 0,
    maxmemory: memory.limit,
    maxmemory_human: human(memory.limit),
    maxmemory_policy: 'noeviction',
    mem_fragmentation_ratio: (rss / used).toFixed(2),
    mem_fragmentation_bytes: rss - used,
    mem_allocator: memory.allocator,
    active_defrag_running: 0,
    lazyfree_pending_objects: 0,
  }
}

/** Nothing is ever loaded from a disk or written to one. */
function persistence(): Fields {
  return {
    loading: 0,
    async_loading: 0,
    rdb_bgsave_in_progress: 0,
    rdb_saves: 0,
    aof_enabled: 0,
    aof_rewrite_in_progress: 0,
    aof_rewrite_scheduled: 0,
    aof_rewrites: 0,
    module_fork_in_progress: 0,
  }
}

function stats({ statistics, databases }: Keyspace): Fields {
  const { commands, received, sent } = statistics.now()
  const rates = statistics.rates()
  const sum = (of: (database: Database) => number) =>
    databases.reduce((total, database) => total + of(database), 0)
  return {
    total_connections_received: statistics.connectionsReceived,
    total_commands_processed: commands,
    instantaneous_ops_per_sec: Math.round(rates.commands),
    total_net_input_bytes: received,
    total_net_output_bytes: sent,
    instantaneous_input_kbps: (rates.received / 1024).toFixed(2),
    instantaneous_output_kbps: (rates.sent / 1024).toFixed(2),
    rejected_connections: statistics.connectionsRejected,
    sync_full: 0,
    sync_partial_ok: 0,
    sync_partial_err: 0,
    expired_keys: sum(({ expired }) => expired),
    evicted_keys: 0,
    evicted_clients: 0,
    keyspace_hits: sum(({ hits }) => hits),
    keyspace_misses: sum(({ misses }) => misses),
    pubsub_channels: 0,
    pubsub_patterns: 0,
    pubsubshard_channels: 0,
    latest_fork_usec: 0,
    total_forks: 0,
    tracking_total_keys: 0,
    tracking_total_items: 0,
    tracking_total_prefixes: 0,
    total_error_replies: [...errorReplies.values()].reduce((total, count) => total + count, 0),
  }
}

/** There are no replicas, and never were. */
function replication(): Fields {
  return {
    role: 'master',
    connected_slaves: 0,
    master_failover_state: 'no-failover',
    master_replid: replicationId,
    master_replid2: '0'.repeat(40),
    master_repl_offset: 0,
    second_repl_offset: -1,
    repl_backlog_active: 0,
    repl_backlog_histlen: 0,
  }
}

/** In seconds; no child process is ever started. */
function cpu(): Fields {
  const { user, system } = process.cpuUsage()
  const main = process.threadCpuUsage()
  const seconds = (microseconds: number) => (microseconds / 1e6).toFixed(6)
  return {
    used_cpu_sys: seconds(system),
    used_cpu_user: seconds(user),
    used_cpu_sys_children: seconds(0),
    used_cpu_user_children: seconds(0),
    used_cpu_sys_main_thread: seconds(main.system),
    used_cpu_user_main_thread: seconds(main.user),
  }
}

/** The time of all calls is that of those that were timed, on average, for each of them. */
function commandStats(_keyspace: Keyspace, commands: Commands): Fields {
  const fields: Fields = {}
  for (const one of eachOf(commands)) {
    const { name, calls, rejectedCalls, failedCalls, timedCalls, timedMs } = one
    if (calls + rejectedCalls === 0) continue
    const each = (timedMs * 1000) / Math.max(1, timedCalls)
    fields[`cmdstat_${name}`] =
      `calls=${calls},usec=${Math.round(each * calls)},usec_per_call=${each.toFixed(2)},` +
      `rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`
  }
  return fields
}

function errorStats(): Fields {
  return Object.fromEntries(
    Array.from(errorReplies, ([code, count]) => [`errorstat_${code}`, `count=${count}`]),
  )
}

function keys({ databases }: Keyspace): Fields {
  const fields: Fields = {}
  for (const [index, { size, sizeWithDeadline }] of databases.entries()) {
    if (size > 0) fields[`db${index}`] = `keys=${size},expires=${sizeWithDeadline},avg_ttl=0`
  }
  return fields
}

/** A number of bytes as Redis writes it for people: `1.50K`. */
function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(2)}${'BKMGT'[power]}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`
}
