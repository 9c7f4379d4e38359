import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../run/lab-error.ts'
import { isRunning } from '../run/processes.ts'
import { checkPage, runTool, type ToolRun } from './outside-tool.ts'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-tool-test-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** A server that writes its pid into a file first, and then does what `program` says. */
async function target(
  program: string,
  more: Partial<ToolRun> = {},
): Promise<{ run: ToolRun; page: string; runs(): boolean }> {
  const home = await mkdtemp(join(dir, 'target-'))
  const [script, pidFile] = [join(home, 'main.js'), join(home, 'pid')]
  await writeFile(
    script,
    `const fs = require('node:fs')\nfs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))\n${program}`,
  )
  const page = join(home, 'page.html')
  const run: ToolRun = {
    tool: 'doctor',
    name: 'target',
    script,
    args: [],
    trace: /./,
    load: async () => {},
    keep: (drawn) => copyFile(drawn, page),
    timeout: { start: 20_000, draw: 60_000 },
    ...more,
  }
  // On a busy machine it may be ended before its first line.
  const runs = () => existsSync(pidFile) && isRunning(Number(readFileSync(pidFile, 'utf8')))
  return { run, page, runs }
}

const never = 'setInterval(() => {}, 1000)'
const listens = "require('node:net').createServer((s) => s.pipe(s)).listen(0)"

describe.each(['doctor', 'flame', 'heapprofiler', 'bubbleprof'] as const)('%s', (tool) => {
  it('a server that crashes at its start is an error that says why', async () => {
    const crash = "throw new Error('no luck today in ' + process.cwd())"
    const { run, page, runs } = await target(crash, { tool })
    const failure = await runTool(run, () => {}).catch((error) => error)
    expect(failure).toBeInstanceOf(LabError)
    expect(failure.message).toMatch(/target ended before it listened, under clinic \w+:.*no luck/s)
    expect(runs()).toBe(false)
    expect(existsSync(page)).toBe(false)
    const [place] = /\/\S*lab-flame-[^/\s]*/.exec(failure.message)!
    expect(existsSync(place)).toBe(false)
  }, 60_000)
})

it('bubbleprof ends a server without a handler of SIGINT, draws, and leaves nothing beside it', async () => {
  const directory = await mkdtemp(join(dir, 'project-'))
  const { run, page } = await target(listens, {
    tool: 'bubbleprof',
    directory,
    load: async ({ host, port }) => {
      for (let i = 0; i < 200; i++) {
        const socket = connect(port, host)
        socket.end('some bytes')
        for await (const _ of socket);
      }
    },
  })
  // Drawing takes some seconds of a core, and so any time on a busy machine: no limit of its own.
  expect(await runTool(run, () => {})).toMatchObject({ kind: 'drawn' })
  expect(existsSync(page)).toBe(true)
  expect(readdirSync(directory)).toEqual([])
})

it('a server that never listens is given up, and ended', async () => {
  const { run, runs } = await target(never, { timeout: { start: 3000, draw: 60_000 } })
  const failure = await runTool(run, () => {}).catch((error) => error)
  expect(failure.message).toContain('target did not listen within 3 s under clinic doctor')
  await expect.poll(runs).toBe(false)
}, 60_000)

it('a load that fails ends the tool and its server', async () => {
  const { run, runs } = await target(listens, {
    load: async () => {
      throw new LabError('wrong reply')
    },
  })
  await expect(runTool(run, () => {})).rejects.toThrow('wrong reply')
  await expect.poll(runs).toBe(false)
}, 60_000)

it('a tool that does not end is skipped, and ended', async () => {
  // bubbleprof ends its server with SIGINT, and waits for ever for one that ignores it.
  const { run, page, runs } = await target(`process.on('SIGINT', () => {})\n${listens}`, {
    tool: 'bubbleprof',
    timeout: { start: 20_000, draw: 1000 },
  })
  const outcome = await runTool(run, () => {})
  expect(outcome).toEqual({
    kind: 'skipped',
    reason: 'clinic bubbleprof did not come to an end within 1 s, the limit that the lab sets',
  })
  await expect.poll(runs).toBe(false)
  expect(existsSync(page)).toBe(false)
}, 60_000)

it('a port without an address is one of 127.0.0.1 only', async () => {
  let address = ''
  const { run } = await target(
    `require('node:net').createServer(function (s) { s.end(this.address().address) }).listen(0)`,
    {
      load: async ({ host, port }) => {
        const socket = connect(port, host).setEncoding('utf8')
        for await (const text of socket) address += text
        throw new LabError('seen')
      },
    },
  )
  await expect(runTool(run, () => {})).rejects.toThrow('seen')
  expect(address).toBe('127.0.0.1')
}, 60_000)

describe('a page', () => {
  const begun = Date.now()
  const page = async (name: string, text: string) => {
    const file = join(dir, name)
    await mkdir(dir, { recursive: true })
    await writeFile(file, text)
    return file
  }
  const long = 'x'.repeat(200_000)

  it('that is there, new and full is good', async () => {
    const file = await page('good.html', `${long}stages/stage2/`)
    expect(await checkPage(file, begun, /stages\/stage2/)).toBe(200_014)
  })
  it('that is missing, blank, old, or about something else is not', async () => {
    expect(await checkPage(join(dir, 'none.html'), begun, /x/)).toContain('drew no page')
    expect(await checkPage(await page('blank.html', ''), begun, /x/)).toContain('holds nothing')
    expect(await checkPage(await page('other.html', long), begun, /stages/)).toContain(
      'a page without /stages/',
    )
    const old = await page('old.html', long)
    await utimes(old, 1e9, 1e9)
    expect(await checkPage(old, begun, /x/)).toContain('old page')
  })
})
