import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { captureTime } from '../flame/capture.ts'
import { walk } from '../flame/tree.ts'
import type { LabError } from '../run/lab-error.ts'
import { exists } from '../run/processes.ts'
import { freePort, type RunningServer } from '../run/server.ts'
import { type EntryOptions, entryProgram } from './entry.ts'
import { broughtLoad, commandPlan, httpPlan, type LoadPlan } from './loads.ts'

let directory: string
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'lab entry ')))
  writeFileSync(join(directory, 'package.json'), '{}')
})
afterAll(() => rmSync(directory, { recursive: true }))

/** A server that spends its time in `burn`, in TypeScript that Node strips. */
const server = `
import { createServer } from 'node:http'
function burn(rounds: number): number {
  let sum = 0
  for (let i = 0; i < rounds; i++) sum += Math.sqrt(i) % 7
  return sum
}
const port: number = Number(process.argv[2] ?? 0)
createServer((_request, response) => response.end(String(burn(200_000)))).listen(port, '127.0.0.1')
`

function file(name: string, text: string): string {
  const path = join(directory, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Starts it, and returns the error that this must end with. */
async function failure(path: string, options: EntryOptions): Promise<LabError> {
  const started = await entryProgram(path, options)
    .start([])
    .catch((error) => error)
  if (started instanceof Error) return started as LabError
  await (started as RunningServer).stop()
  throw new Error('it started')
}

const url = (port: number) => new URL(`http://127.0.0.1:${port}/`)

describe('a server of the reader’s own', () => {
  test('is ready when it listens, in its own directory and environment, and is ended', async () => {
    const path = file(
      'here.cjs',
      `const { createServer } = require('node:http')
      createServer((_, response) => response.end(JSON.stringify(
        [process.cwd(), process.env.INIT_CWD ?? null, process.argv.slice(2)]
      ))).listen(0, '127.0.0.1')`,
    )
    const before = process.env.INIT_CWD
    process.env.INIT_CWD = directory
    try {
      const running = await entryProgram(path, { args: ['--a b'], listens: true }).start([])
      const reply = await fetch(url(running.port))
      expect(await reply.json()).toEqual([directory, null, ['--a b']])
      await running.stop()
      expect(exists(running.pid)).toBe(false)
    } finally {
      if (before === undefined) delete process.env.INIT_CWD
      else process.env.INIT_CWD = before
    }
  })

  test('a program of a package works in the directory of the project', () => {
    const path = file('node_modules/tool/bin/serve', '#!/usr/bin/env node\n')
    const { root, name } = entryProgram(path, { listens: true })
    expect([root, name]).toEqual([directory, 'node_modules/tool/bin/serve'])
  })

  test('in TypeScript under HTTP: the hot function by file and line, µs per request', async () => {
    const port = await freePort()
    const program = entryProgram(file('src/server.ts', server), {
      ...{ args: [String(port)], url: url(port), listens: true },
    })
    const load = httpPlan({ url: url(port).href, connections: 4 })
    const { tree } = await captureTime(program, {
      ...{ ...load.make(), warmUpRequests: 50, seconds: 0.5, warmUpSeconds: 0.1 },
    })
    expect(tree.grouping).toBe('layers')
    expect(tree.requests).toBeGreaterThan(10)
    const burn: number[] = []
    walk(tree.root, ({ name, file, line, total }) => {
      if (name === 'burn' && file === 'src/server.ts' && line === 3) burn.push(total)
    })
    expect(Math.max(...burn) / tree.root.total).toBeGreaterThan(0.3)
    expect(load.said!().join('\n')).toMatch(/\d replies, warm-up included; latency p50/)
  })

  test('that prints much is read to the end', async () => {
    const path = file(
      'loud.mjs',
      `import { createServer } from 'node:net'
      const line = 'x'.repeat(1023) + '\\n'
      for (let i = 0; i < 20_000; i++) process.stdout.write(line)
      for (let i = 0; i < 5_000; i++) process.stderr.write(line)
      createServer().listen(0, '127.0.0.1')`,
    )
    const running = await entryProgram(path, { listens: true }).start([])
    expect(running.errorOutput().length).toBeLessThanOrEqual(8192)
    await running.stop()
  })
})

describe('a program without a load', () => {
  test('that ends by itself is recorded from its start to its end', async () => {
    const path = file(
      'script.ts',
      `function churn(times: number) { const all: string[] = []; for (let i = 0; i < times; i++) all.push(String(i).split('').join('-')); return all.length }
      const until = process.cpuUsage().user + 200_000
      while (process.cpuUsage().user < until) churn(2000)
      process.exit(0)`,
    )
    for (const prefer of ['perf', 'cpu-prof'] as const) {
      const program = entryProgram(path, { listens: false })
      const { tree } = await captureTime(program, { ...broughtLoad.make(), prefer })
      const names = new Set<string>()
      walk(tree.root, ({ name, file }) => names.add(`${name} ${file}`))
      expect(names).toContain('churn script.ts')
      expect(tree.requests).toBeUndefined()
    }
  })

  test('that listens is recorded from then on', async () => {
    const program = entryProgram(
      file(
        'idle.mjs',
        "setInterval(() => {}, 5); (await import('node:net')).createServer().listen(0, '127.0.0.1')",
      ),
      { listens: false },
    )
    const steps: string[] = []
    const onProgress = (text: string) => void steps.push(text)
    await captureTime(program, { seconds: 0.5, prefer: 'cpu-prof', onProgress })
    expect(steps.at(-1)).toBe(
      'recording over the inspector for 0.5 s, under whatever load there is',
    )
  })
})

describe('what cannot be profiled is one line, with the next command', () => {
  test('a file that is not there', () => {
    expect(() => entryProgram(join(directory, 'none.ts'), { listens: true })).toThrow(/no file/)
  })

  test('a Node that is not there, or is none', () => {
    const path = file('any.js', '')
    const by = (node: string) => () => entryProgram(path, { node, listens: true })
    expect(by('/none/node')).toThrow('--node /none/node: there is no such program')
    expect(by('sh')).toThrow(/--node sh/)
  })

  test('an entry that crashes', async () => {
    const path = file('crash.ts', "throw new Error('no database')")
    const { message, next } = await failure(path, { listens: true })
    expect(message).toMatch(/^crash\.ts did not start: Error: no database.*exit code 1$/)
    expect(next).toBe(`cd ${directory} && node crash.ts, to see all that it says`)
  })

  test('a syntax error', async () => {
    const { message } = await failure(file('syntax.mjs', 'const = 1'), { listens: true })
    expect(message).toMatch(/SyntaxError/)
  })

  test('TypeScript that cannot be stripped names the loader, which then runs it', async () => {
    const path = file('enums.ts', `enum Kind { A = 'a' }\n${server}\nvoid Kind.A`)
    const { message, next } = await failure(path, { listens: true })
    expect(message).toMatch(/TypeScript that Node cannot strip/)
    expect(next).toContain('--node-options="--import tsx"')
    const program = entryProgram(path, { listens: true, nodeOptions: '--import tsx' })
    const running = await program.start([])
    expect((await fetch(url(running.port))).status).toBe(200)
    await running.stop()
  })

  test('an entry that ends at once', async () => {
    const { message, next } = await failure(file('done.js', ''), { listens: true })
    expect(message).toBe('done.js ended at once and never listened')
    expect(next).toMatch(/without --http and --load/)
  })

  test('one that waits for its standard input, or for ever', async () => {
    const path = file('waits.mjs', 'setInterval(() => {}, 1000)')
    const { message, means } = await failure(path, { listens: true, timeoutMs: 300 })
    expect(message).toBe('waits.mjs did not listen within 0.3 s, and was ended')
    expect(means).toMatch(/standard input/)
  })

  test('one that listens elsewhere', async () => {
    const [own, asked] = [await freePort(), await freePort()]
    const path = file('elsewhere.ts', server)
    const { message, next } = await failure(path, {
      ...{ args: [String(own)], listens: true, url: url(asked) },
    })
    expect(message).toContain(`listens on port ${own}, and not on ${asked}`)
    expect(next).toBe(`--http http://127.0.0.1:${own}/`)
  })

  test('one whose child process answers', async () => {
    const port = await freePort()
    file('child.ts', server)
    const path = file(
      'parent.mjs',
      `import { fork } from 'node:child_process'
      fork(new URL('child.ts', import.meta.url), ['${port}'])
      setInterval(() => {}, 1000)`,
    )
    const { message } = await failure(path, { listens: true, url: url(port), timeoutMs: 3000 })
    expect(message).toMatch(/^a child process of parent\.mjs answers/)
  })

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { message } = await failure(file('late.ts', server), { listens: true, url: url(port) })
    expect(message).toBe(`port ${port} is in use: pid ${process.pid} listens there already`)
    other.close()
  })
})

describe('a load', () => {
  const capture = async (load: (port: number) => LoadPlan) => {
    const port = await freePort()
    const program = entryProgram(file('loaded.ts', server), {
      ...{ args: [String(port)], url: url(port), listens: true },
    })
    const options = { seconds: 0.4, warmUpSeconds: 0.1, prefer: 'cpu-prof' } as const
    return await captureTime(program, { ...load(port).make(), ...options }).catch((error) => error)
  }

  test('of any command is run again until the recording is over, and ended with its group', async () => {
    // Of a length that nothing else on this machine sleeps for.
    const sleeper = `sleep ${1_000_000 + process.pid}`
    const command = `${sleeper} & curl -s "http://127.0.0.1:$PORT/?[1-100]" >/dev/null`
    const captured = await capture(() => commandPlan(command, directory))
    expect(captured.message).toBeUndefined()
    expect(captured.tree.requests).toBeUndefined()
    // The shell ends before the others of its group: they have the signal, and need a core to end.
    const left = () => execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n')
    await expect.poll(() => left().filter((args) => args.trim() === sleeper)).toEqual([])
  })

  test('that fails is reported with its last words', async () => {
    const failed = await capture(() => commandPlan('echo no such host >&2; exit 3', directory))
    expect(failed.message).toBe(
      'the load failed: echo no such host >&2; exit 3: no such host; exit code 3',
    )
  })

  test('that gets no reply is reported', async () => {
    const port = await freePort()
    const failed = await capture(() => httpPlan({ url: url(port).href, connections: 4 }))
    expect(failed.message).toBe(`no reply from ${url(port).href}: ECONNREFUSED`)
  })
})
