import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { isInstalled } from '../run/installed.ts'
import { freePort } from '../run/server.ts'
import { benchmarkArgs, startRedisBenchmark } from './redis-benchmark.ts'

const exec = promisify(execFile)
const workload = { clients: 6, pipeline: 1, payload: 3, keyspace: 1 }

it('puts --cluster and slot tags on the command line', () => {
  const target = { host: '127.0.0.1', port: 7000 }
  expect(benchmarkArgs(target, workload, 'set', 1000, true).join(' ')).toBe(
    '-h 127.0.0.1 -p 7000 --csv -n 1000 -c 6 -P 1 -d 3 --cluster -t set',
  )
  expect(benchmarkArgs(target, workload, 'mget', 5, true)).toContain('key:{tag}:__rand_int__')
})

const missing = ['redis-server', 'redis-cli', 'redis-benchmark'].filter(
  (name) => !isInstalled(name),
)
const title = 'a Redis Cluster of three nodes'

describe.skipIf(missing.length > 0)(
  missing.length > 0 ? `${title} (skipped: needs ${missing.join(', ')})` : title,
  () => {
    let dir = ''
    const ports: number[] = []
    const nodes: ReturnType<typeof startChild>[] = []

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'lab-cluster-test-'))
      for (let i = 0; i < 3; i++) {
        const { node, port } = await startNode(dir)
        nodes.push(node)
        ports.push(port)
      }
      const addresses = ports.map((port) => `127.0.0.1:${port}`)
      await exec('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
      // `create` returns when the nodes know each other; they serve when each of them knows it.
      await vi.waitFor(() => expect(ports.map(stateOf)).toEqual(ports.map(() => 'ok')), 20_000)
    }, 60_000)

    afterAll(async () => {
      await Promise.all(nodes.filter((node) => !hasEnded(node)).map((node) => stopChild(node)))
      await rm(dir, { recursive: true, force: true })
    })

    it('is put under load on all its nodes', async () => {
      const target = { host: '127.0.0.1', port: ports[0]! }
      const load = await startRedisBenchmark(target, workload, { cluster: true })
      try {
        await load.fill()
        for (const test of ['ping', 'set', 'get', 'incr', 'mset', 'mget'] as const) {
          const summary = await load.run({ test, requests: 3000 })
          expect(summary).toMatchObject({ test, requests: 3000, repliesChecked: false })
          expect(summary.requestsPerSecond).toBeGreaterThan(0)
        }
      } finally {
        await load.stop()
      }
      // Two clients per node: each uses keys of that node's slots.
      for (const port of ports) expect(Number(cli(port, 'dbsize'))).toBeGreaterThan(0)
    }, 60_000)

    it('without --cluster is an error that says what a node answered', async () => {
      const target = { host: '127.0.0.1', port: ports[0]! }
      const load = await startRedisBenchmark(target, workload)
      try {
        const runs = ['set', 'incr', 'mset'] as const
        const outcomes = runs.map((test) => () => load.run({ test, requests: 1000 }))
        let failed = 0
        for (const run of outcomes) await run().catch(() => failed++)
        expect(failed).toBeGreaterThan(0) // at least one of the keys is another node's
      } finally {
        await load.stop()
      }
    }, 60_000)
  },
)

function cli(port: number, ...args: string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' })
}

function stateOf(port: number): string {
  return /cluster_state:(\w+)/.exec(cli(port, 'cluster', 'info'))?.[1] ?? 'none'
}

/** Starts a node; a port that was free a moment ago may be another program's, so it tries again. */
async function startNode(dir: string, attempts = 5) {
  // The bus of a node listens too, by default 10,000 ports above: there may be no such port.
  const [port, bus] = [await freePort(), await freePort()]
  const dying = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : []
  const [command, ...args] = [
    ...dying,
    ...['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', dir],
    ...['--save', '', '--appendonly', 'no', '--cluster-enabled', 'yes'],
    ...['--cluster-port', String(bus), '--cluster-config-file', `nodes-${port}.conf`],
  ]
  const node = startChild(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const started = await new Promise<boolean>((resolve) => {
    node.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Ready to accept connections')) resolve(true)
    })
    node.once('exit', () => resolve(false))
  })
  if (started) return { node, port }
  if (attempts === 1) throw new Error(`a node of the cluster did not start:\n${output}`)
  return await startNode(dir, attempts - 1)
}
