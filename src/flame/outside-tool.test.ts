import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../run/lab-error.ts'
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
): Promise<{ run: ToolRun; page: string; pid(): Promise<number> }> {
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
  return { run, page, pid: async () => Number(await readFile(pidFile, 'utf8')) }
}

const never = 'setInterval(() => {}, 1000)'
const listens = "require('node:net').createServer((s) => s.pipe(s)).listen(0)"

function isRunning(pid: number): boolean {
  try {
    const stat = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    return !stat.startsWith('Z')
  } catch {
    return false
  }
}

describe.each(['doctor', 'flame', 'heapprofiler', 'bubbleprof'] as const)('%s', (tool) => {
  it('a server that crashes at its start is an error that says why', async () => {
    const { run, page, pid } = await target("throw new Error('no luck today')", { tool })
    const failure = await runTool(run, () => {}).catch((error) => error)
    expect(failure).toBeInstanceOf(LabError)
    expect(failure.message).toMatch(/target ended before it listened, under clinic \w+:.*no luck/s)
    expect(isRunning(await pid())).toBe(false)
    expect(existsSync(page)).toBe(false)
  }, 60_000)
})

it.each(['doctor', 'flame'] as const)(
  '%s: a server that never listens is given up, and ended',
  async (tool) => {
    const timeout = { start: 6000, draw: 60_000 }
    const { run, pid } = await target(never, { tool, timeout })
    const failure = await runTool(run, () => {}).catch((error) => error)
    expect(failure.message).toContain(`target did not listen within 6 s under clinic ${tool}`)
    await expect.poll(async () => isRunning(await pid())).toBe(false)
  },
  60_000,
)

it('a load that fails ends the tool and its server', async () => {
  const { run, pid } = await target(listens, {
    load: async () => {
      throw new LabError('wrong reply')
    },
  })
  await expect(runTool(run, () => {})).rejects.toThrow('wrong reply')
  await expect.poll(async () => isRunning(await pid())).toBe(false)
}, 60_000)

it('a tool that does not end is skipped, and ended', async () => {
  // bubbleprof ends its server with SIGINT, and waits for ever for one that does not mind.
  const { run, page, pid } = await target(`process.on('SIGINT', () => {})\n${listens}`, {
    tool: 'bubbleprof',
    timeout: { start: 20_000, draw: 1000 },
  })
  const outcome = await runTool(run, () => {})
  expect(outcome).toEqual({
    kind: 'skipped',
    reason: 'clinic bubbleprof did not come to an end within 1 s, the limit that the lab sets',
  })
  await expect.poll(async () => isRunning(await pid())).toBe(false)
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

it('no directory is left behind', async () => {
  const { run } = await target('throw new Error(process.cwd())')
  const failure = await runTool(run, () => {}).catch((error) => error)
  const [cwd] = /\/\S*lab-flame-[^/\s]*/.exec(failure.message)!
  expect(existsSync(cwd)).toBe(false)
})
