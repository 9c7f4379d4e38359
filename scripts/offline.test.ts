/** Nothing that the lab does leaves the machine: what its commands connect to, and listen on. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { labRoot } from '../src/run/server.ts'

// A backstop: a command takes one to four seconds, more on a machine that is busy otherwise.
vi.setConfig({ testTimeout: 120_000 })

const home = mkdtempSync(join(tmpdir(), 'lab offline '))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const recorder = new URL('../src/run/network-record.ts', import.meta.url).href

/** Runs a program in the checkout; its results go to a place of the test's, its status is checked. */
function run(program: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment }
    execFile(program, args, { cwd: labRoot, env, maxBuffer: 1 << 26 }, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout)
    })
  })
}

function removeResults(stdout: string): void {
  const directory = /profiles\/local\/[\w-]+/.exec(stdout)?.[0]
  if (directory !== undefined) rmSync(join(labRoot, directory), { recursive: true })
}

/** Servers, load generators, and the heap probe, which has an address of its own. */
const words =
  'scripts/compare.ts --servers stage4 --quick --rounds 1 --seconds 0.1 --tests get --pipeline 1 --clients 3'

/** With the filter in the kernel, no other system call stops the servers under load. */
const strace = ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=connect,bind,sendto,sendmsg', '-o']

/** Sees what programs other than Node do, too; if it is installed, and may. */
const traces = spawnSync('strace', [...strace, '/dev/null', 'true']).status === 0

it('compare connects to this machine only, and listens there only', async () => {
  const [record, trace] = [join(home, 'record.txt'), join(home, 'strace.txt')]
  const node = [process.execPath, ...words.split(' ')]
  const [program, ...args] = traces ? ['strace', ...strace, trace, ...node] : node
  const stdout = await run(program!, args, {
    NODE_OPTIONS: `--import=${recorder}`,
    LAB_NETWORK_RECORD: record,
    FORCE_COLOR: '0',
  })
  removeResults(stdout)
  const lines = readFileSync(record, 'utf8').trim().split('\n')
  // That it has seen these shows that it would have seen others.
  expect(lines.some((line) => line.startsWith('connect'))).toBe(true)
  expect(lines.some((line) => line.startsWith('listen'))).toBe(true)
  expect(lines.filter((line) => !/ (127\.\d+\.\d+\.\d+|::1|localhost)$/.test(line))).toEqual([])
  if (!traces) return
  const calls = readFileSync(trace, 'utf8').split('\n')
  const addresses = calls.filter((line) => /AF_INET/.test(line))
  expect(addresses.length).toBeGreaterThan(2)
  expect(addresses.filter((line) => !/"127\.0\.0\.1"|"::1"/.test(line))).toEqual([])
  // Other families are pipes of this machine, and questions to the kernel about its interfaces.
  const families = new Set(calls.flatMap((line) => /sa_family=(AF_\w+)/.exec(line)?.[1] ?? []))
  for (const family of families) expect(family).toMatch(/^AF_(INET6?|UNIX|LOCAL|NETLINK|UNSPEC)$/)
})

it('every dependency is named, with its reason, in CONTRIBUTING.md, and nothing else is', () => {
  const packages = JSON.parse(readFileSync(join(labRoot, 'package.json'), 'utf8'))
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  const wanted = kinds.flatMap((kind) => Object.keys(packages[kind] ?? {}))
  const page = readFileSync(join(labRoot, 'CONTRIBUTING.md'), 'utf8')
  const table = /## Dependencies\n([\s\S]*?)(\n## |$)/.exec(page)![1]!
  const rows = [...table.matchAll(/^\| (`.*?) \| (.*) \|$/gm)]
  for (const [, , reason] of rows) expect(reason).toMatch(/\w{3}/)
  const named = rows.flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(named.sort()).toEqual(wanted.sort())
})
