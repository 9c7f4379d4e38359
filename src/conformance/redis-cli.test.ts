import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isInstalled } from '../run/installed.ts'
import type { RunningServer } from '../run/server.ts'
import { candidates, needing } from './servers.ts'

// redis-cli, as people use it.
// The replies may be right byte by byte, and a client still fail to connect.

vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

const binary = Buffer.from('\r\n\0\xff\x80$5\r\n', 'latin1')
const keys = Array.from({ length: 250 }, (_, i) => `key:${i}`)

const absent = !isInstalled('redis-cli')

describe.each(candidates)(`${needing('redis-cli', 'redis-cli')} on %s`, (_, { missing, start }) => {
  const skipped = missing || absent
  let server: RunningServer
  beforeAll(async () => {
    if (!skipped) server = await start()
  })
  afterAll(async () => {
    if (!skipped) await server.stop()
  })

  const cli = async (args: string[], input: string | Buffer = '') => {
    const child = spawn('redis-cli', ['-h', server.host, '-p', String(server.port), ...args])
    let output = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      output += text
    })
    // A redis-cli that needs no input may be gone before it gets any.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    await once(child, 'close')
    return output
  }

  /** A line of what never ends, the first being 0. */
  const lineOf = async (args: string[], nth: number) => {
    const child = spawn('redis-cli', ['-h', server.host, '-p', String(server.port), ...args])
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      if (lines.push(line) > nth) break
    }
    child.kill()
    return lines[nth]
  }

  it.skipIf(skipped)('runs one command', async () => {
    await cli(['FLUSHALL'])
    expect(await cli(['SET', 'k', 'hello world'])).toBe('OK\n')
    expect(await cli(['GET', 'k'])).toBe('hello world\n')
    expect(await cli(['GET', 'absent'])).toBe('\n')
    expect(await cli(['--no-raw', 'GET', 'absent'])).toBe('(nil)\n')
    expect(await cli(['--no-raw', 'STRLEN', 'k'])).toBe('(integer) 11\n')
    expect(await cli(['NOSUCH', 'a'])).toBe(
      "ERR unknown command 'NOSUCH', with args beginning with: 'a' \n\n",
    )
  })

  it.skipIf(skipped)('takes the last argument from its input', async () => {
    await cli(['-x', 'SET', 'k'], binary)
    expect(await cli(['GET', 'k'])).toBe(`${binary.toString('latin1')}\n`)
  })

  it.skipIf(skipped)('runs commands from its input', async () => {
    const output = await cli([], 'SET n 41\nINCR n\nGET n\n')
    expect(output).toBe('OK\n42\n42\n')
  })

  it.skipIf(skipped)('speaks RESP3', async () => {
    expect(await cli(['-3', '--no-raw', 'GET', 'absent'])).toBe('(nil)\n')
    expect(await cli(['-3', 'CONFIG', 'GET', 'databases'])).toBe('databases 16\n')
  })

  it.skipIf(skipped)('loads in bulk and scans', async () => {
    await cli(['FLUSHALL'])
    const load = keys.map((key) => `SET ${key} v\r\n`).join('')
    expect(await cli(['--pipe'], load)).toContain('errors: 0, replies: 250')
    expect(await cli(['DBSIZE'])).toBe('250\n')
    const found = await cli(['--scan', '--pattern', 'key:*'])
    expect(found.trim().split('\n').toSorted()).toEqual(keys.toSorted())
  })

  it.skipIf(skipped)('runs a transaction, and shows that it is in one', async () => {
    expect(await cli([], 'MULTI\nSET n 41\nINCR n\nEXEC\n')).toBe('OK\nQUEUED\nQUEUED\nOK\n42\n')
  })

  it.skipIf(skipped)('shows the load as it goes', async () => {
    const first = await lineOf(['--stat', '-i', '0.001'], 2)
    // Keys, memory, clients, blocked, requests, connections.
    expect(first).toMatch(/^\d+ +\d+\.\d+[KMG] +\d+ +0 +\d+ \(\+0\) +\d+ *$/)
  })

  it.skipIf(skipped)('explains a command', async () => {
    const help = stripVTControlCharacters(await cli(['help', 'get']))
    expect(help).toContain('GET key')
    expect(help).toContain('since: 1.0.0')
    expect(help).toContain('group: string')
    expect(await cli(['COMMAND', 'DOCS', 'get'])).toContain('Get the value of a key')
  })

  it.skipIf(skipped)('chooses a database', async () => {
    await cli(['-n', '5', 'SET', 'k', 'five'])
    expect(await cli(['-n', '5', 'GET', 'k'])).toBe('five\n')
    expect(await cli(['-n', '6', 'EXISTS', 'k'])).toBe('0\n')
  })
})
