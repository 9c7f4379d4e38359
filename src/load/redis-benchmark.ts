/**
 * The other tool: redis-benchmark, the one that the article used, driven if it is installed and
 * read into the same summary. It does not check the replies that it gets, and reports nothing of
 * its own CPU; the summary says so.
 */
import { type ChildProcess, execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { type Load, type LoadSettings, startLoad } from './control.ts'
import { cannotConnect, connectionLost, silence } from './failures.ts'
import type { Latency, Summary } from './summary.ts'
import { type Address, keysPerMulti, type TestName, type Workload } from './workload.ts'

const tool = 'redis-benchmark'

/** Requests of the short run from which the number for the seconds is estimated, times the pipeline. */
const probeRequests = 5000

export interface RedisBenchmarkSettings extends LoadSettings {
  /**
   * The target is a node of a Redis Cluster: its `--cluster`, which finds the other nodes, spreads
   * the clients over them, and gives every key the tag of a slot by chance. Such keys cannot all be
   * set beforehand, so a GET may find nothing.
   */
  cluster?: boolean
}

/** SETs before the first GET of a cluster: more than it has slots (16,384), so most keys are there. */
const clusterFill = 50_000

/**
 * The same interface as the lab's own load generator. Every `run` starts the program again, and its
 * connections with it. It cannot be bounded by time: `seconds` are turned into requests at the rate
 * of the test's last run, or of a short one made for that.
 * @throws LabError if the program is missing, or the server cannot be reached
 */
export async function startRedisBenchmark(
  target: Address,
  workload: Workload,
  settings: RedisBenchmarkSettings = {},
): Promise<Load> {
  const { silenceMs = 10_000, cluster = false } = settings
  if (workload.payload < 1) {
    throw new LabError(`${tool} cannot send empty values`, {
      next: '--payload 1, or --tool lab',
      exitCode: 2,
    })
  }
  await checkInstalled()
  const watch = await watchServer(target, silenceMs)
  const rates = new Map<TestName, number>()
  let current: ChildProcess | undefined
  let stopped = false

  async function benchmark(test: TestName, requests: number, load = workload): Promise<Summary> {
    if (stopped) throw stoppedError()
    const child = startChild(tool, benchmarkArgs(target, load, test, requests, cluster), {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    current = child
    const output = collect(child)
    try {
      const lost = await Promise.race([once(child, 'close').then(() => undefined), watch.lost])
      if (stopped) throw stoppedError()
      if (lost !== undefined) throw lost
    } finally {
      await stopChild(child)
      current = undefined
    }
    if (child.exitCode !== 0) throw failed(child, output())
    const { requestsPerSecond, latency } = parseCsv(output().stdout)
    rates.set(test, requestsPerSecond)
    return {
      clients: load.clients,
      pipeline: load.pipeline,
      payload: load.payload,
      keyspace: load.keyspace,
      tool,
      test,
      requests,
      seconds: requests / requestsPerSecond,
      requestsPerSecond,
      latency,
      percentiles: null,
      client: null,
      repliesChecked: false,
    }
  }

  return {
    pid: 0,
    async fill(pipeline) {
      if (cluster) {
        await benchmark('set', clusterFill)
        rates.delete('set')
        return
      }
      // With one key it does not put digits into the key's name, so only it can fill that key.
      if (workload.keyspace === 1) {
        // More than one: it prints a rate of "inf" if it took no time that it could see.
        await benchmark('set', 1000, { ...workload, clients: 1, pipeline: 1 })
        rates.delete('set')
        return
      }
      const filler = await startLoad(target, { ...workload, clients: 1, pipeline: 1 }, settings)
      try {
        await filler.fill(pipeline)
      } finally {
        await filler.stop()
      }
    },
    async run({ test, requests, seconds }, _onProgress, onMeasured) {
      let count = requests
      if (count === undefined) {
        if (seconds === undefined) throw new Error('a run is bounded by requests or by seconds')
        if (!rates.has(test)) await benchmark(test, probeRequests * workload.pipeline)
        count = Math.max(1, Math.round(rates.get(test)! * seconds))
      }
      const summary = await benchmark(test, count)
      await onMeasured?.(summary)
      return summary
    },
    async stop() {
      stopped = true
      watch.close()
      if (current !== undefined) await stopChild(current)
    },
  }
}

/**
 * The command line of one test. MGET is not among its own tests, so it is given as a command; in a
 * cluster its keys must be in one slot, for which the program puts a tag of the slot in place of
 * `{tag}`.
 */
export function benchmarkArgs(
  target: Address,
  workload: Workload,
  test: TestName,
  requests: number,
  cluster = false,
): string[] {
  const { clients, pipeline, payload, keyspace } = workload
  const args = ['-h', target.host, '-p', target.port, '--csv', '-n', requests]
  args.push('-c', clients, '-P', pipeline, '-d', payload)
  if (cluster) args.push('--cluster')
  if (keyspace > 1) args.push('-r', keyspace)
  const key = cluster ? 'key:{tag}:__rand_int__' : 'key:__rand_int__'
  if (test === 'mget') args.push('mget', ...Array(keysPerMulti).fill(key))
  else args.push('-t', test === 'ping' ? 'ping_mbulk' : test)
  return args.map(String)
}

const columns = {
  avg: 'avg_latency_ms',
  min: 'min_latency_ms',
  p50: 'p50_latency_ms',
  p95: 'p95_latency_ms',
  p99: 'p99_latency_ms',
  max: 'max_latency_ms',
} satisfies Record<keyof Latency, string>

/**
 * Reads the output of `redis-benchmark --csv` for one test: a line of names and a line of figures.
 * @throws LabError if it is not that; before 6.2 there was neither the first line nor a latency
 */
export function parseCsv(csv: string): { requestsPerSecond: number; latency: Latency } {
  const lines = csv.split('\n').filter((line) => line.startsWith('"'))
  const [names, figures] = lines.map((line) => [...line.matchAll(/"([^"]*)"/g)].map((m) => m[1]!))
  const read = (name: string) => {
    const figure = Number(figures?.[names?.indexOf(name) ?? -1])
    if (Number.isFinite(figure)) return figure
    throw new LabError(`the output of ${tool} has no figure for ${name}: ${JSON.stringify(csv)}`, {
      means: 'it is older than 6.2, or the run was too short for a figure',
      next: `${tool} --version, or --tool lab`,
    })
  }
  const latency = { avg: 0, min: 0, p50: 0, p95: 0, p99: 0, max: 0 }
  for (const field of Object.keys(latency) as (keyof Latency)[]) {
    latency[field] = read(columns[field])
  }
  return { requestsPerSecond: read('rps'), latency }
}

async function checkInstalled(): Promise<void> {
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    execFile(tool, ['--version'], (error) => resolve(error as NodeJS.ErrnoException | null))
  })
  if (error === null) return
  const install =
    process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install redis-tools'
  throw new LabError(
    error.code === 'ENOENT'
      ? `${tool} is not installed`
      : `${tool} does not start: ${error.message}`,
    {
      means: 'it comes with Redis; the lab itself does not need it',
      next: `${install}, or --tool lab`,
    },
  )
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-65536)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096)
  })
  return () => ({ stdout, stderr })
}

function failed(child: ChildProcess, output: { stdout: string; stderr: string }): LabError {
  const said = `${output.stderr}\n${output.stdout}`
    .split('\n')
    // Its remark about CONFIG GET, which it asks for and does without; and the CSV.
    .filter((line) => line.trim() !== '' && !/Could not fetch server CONFIG|^"/.test(line))
    .join('\n')
  const how = child.signalCode ?? `exit code ${child.exitCode}`
  return new LabError(`${tool} failed (${how})${said === '' ? '' : `: ${said}`}`, {
    means: 'the server closed a connection or answered with an error',
    next: 'run the same load with --tool lab, which says what came back',
  })
}

function stoppedError(): LabError {
  return new LabError(`${tool} was stopped`)
}

// redis-benchmark 7.0 spins for ever on a dead port, and waits for ever for a server that hangs.

interface Watch {
  /** Resolves, at most once, with what happened to the server. */
  readonly lost: Promise<LabError>
  close(): void
}

/**
 * Opens one idle connection and asks PING on it every `silenceMs` milliseconds: a short run, whose
 * counters are to be exact, sees none of them.
 * @throws LabError if nothing can be connected to
 */
async function watchServer(target: Address, silenceMs: number): Promise<Watch> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  let failure: NodeJS.ErrnoException | undefined
  let connected = false
  let asked = false
  let timer: NodeJS.Timeout | undefined
  const lost = Promise.withResolvers<LabError>()
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => {
      connected = true
      resolve()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error
      if (!connected) reject(cannotConnect(target, error))
    })
  })
  socket.on('data', () => {
    asked = false
  })
  socket.once('close', () => {
    clearInterval(timer)
    lost.resolve(connectionLost(0, undefined, 0, 0, failure))
  })
  timer = setInterval(() => {
    if (asked) return lost.resolve(silence(silenceMs, [], 1))
    asked = true
    socket.write('*1\r\n$4\r\nPING\r\n')
  }, silenceMs)
  return { lost: lost.promise, close: () => socket.destroy() }
}
