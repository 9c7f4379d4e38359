import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Fakes, fakePrograms } from '../run/fakes.ts'
import { examine, type Finding } from './doctor.ts'

let fakes: Fakes | undefined
afterEach(() => {
  fakes?.remove()
  fakes = undefined
  vi.unstubAllEnvs()
})

async function findings(): Promise<Map<string, Finding>> {
  return new Map((await examine()).findings.map((finding) => [finding.name, finding]))
}

const tools = ['redis-server', 'redis-benchmark', 'redis-cli', 'strace', 'tclsh', 'perf']

test('a machine with nothing: each tool has what is lost without it, and what to do', async () => {
  vi.stubEnv('PATH', '/nonexistent')
  vi.stubEnv('TMPDIR', '/nonexistent/tmp')
  const found = await findings()
  for (const name of tools) {
    if (name === 'perf' && process.platform !== 'linux') continue
    expect([name, found.get(name)!.state]).toEqual([name, 'less'])
    expect(found.get(name)!.lost).toMatch(/\w/)
  }
  for (const name of tools.slice(0, 5)) expect(found.get(name)!.remedy).toMatch(/install/)
  expect(found.get('temporary files')).toMatchObject({
    state: 'less',
    lost: expect.stringContaining('no flame graphs'),
    remedy: expect.stringContaining('TMPDIR='),
  })
})

describe.skipIf(process.platform !== 'linux')('a machine with tools that do not work', () => {
  test('says of each what is wrong with it', async () => {
    fakes = fakePrograms({
      perf: 'echo "WARNING: perf not found for kernel 6.5.0-1015" >&2; exit 2',
      'redis-server': 'echo "Redis server v=8.0.1"',
      'redis-benchmark': 'echo "no libssl" >&2; exit 127',
      strace:
        'if [ "$1" = -V ]; then echo "strace -- version 6.1"; exit; fi\necho "strace: ptrace(PTRACE_TRACEME): Operation not permitted" >&2; exit 1',
    })
    fakes.use()
    const found = await findings()
    expect(found.get('perf')).toMatchObject({
      state: 'less',
      found: 'perf is not installed for this kernel (6.5.0-1015)',
      remedy: expect.stringContaining('linux-tools-6.5.0-1015'),
    })
    expect(found.get('redis-server')).toMatchObject({
      state: 'less',
      found: '8.0.1',
      lost: expect.stringContaining('7.0'),
    })
    expect(found.get('redis-benchmark')).toMatchObject({
      state: 'less',
      found: 'fails: no libssl',
      remedy: expect.stringContaining('--reinstall redis-tools'),
    })
    expect(found.get('strace')).toMatchObject({
      state: 'less',
      found: 'is not allowed to trace here: ptrace(PTRACE_TRACEME): Operation not permitted',
      remedy: expect.stringContaining('ptrace_scope'),
    })
  })
})

test('every finding that is not good says what is lost', async () => {
  for (const { name, state, lost } of (await findings()).values()) {
    if (state !== 'ok') expect([name, lost]).toEqual([name, expect.stringMatching(/\w/)])
  }
  expect(readdirSync('.').filter((name) => /strace|perf\.data/.test(name))).toEqual([])
})
