import { spawnSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labRoot } from '../src/run/server.ts'

let project: string
beforeAll(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'lab project ')))
  writeFileSync(join(project, 'package.json'), '{"type":"module"}')
  symlinkSync(join(labRoot, 'scripts/profiling-lab.js'), join(project, 'profiling-lab.js'))
})
afterAll(() => rmSync(project, { recursive: true }))

/** The command as npm links it into a project: through a symbolic link, where the reader stands. */
function lab(...words: string[]) {
  return spawnSync(process.execPath, [join(project, 'profiling-lab.js'), ...words], {
    cwd: project,
    encoding: 'utf8',
  })
}

test('in a project of the reader’s own: its file, and the results beside it', () => {
  writeFileSync(
    join(project, 'hot.ts'),
    `function hot(): number { let sum = 0; for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i) % 7; return sum }
    const until = process.cpuUsage().user + 300_000
    while (process.cpuUsage().user < until) hot()`,
  )
  const { status, stdout, stderr } = lab('flame', 'hot.ts', '--profiler', 'cpu-prof', '--text')
  expect(stderr).not.toContain('✗')
  expect(status).toBe(0)
  expect(stdout).toMatch(/hot hot\.ts:1/)
  expect(stdout).not.toContain('npm run')
  const [saved] = readdirSync(join(project, '.profiling-lab')).filter(
    (name) => name !== '.gitignore',
  )
  expect(readdirSync(join(project, '.profiling-lab', saved!))).toContain('flamegraph.html')
  expect(readFileSync(join(project, '.profiling-lab', '.gitignore'), 'utf8')).toBe('*\n')
  const named = lab('flame', 'hot.ts', '--profiler', 'cpu-prof', '--text', '--out', 'graphs')
  expect(named.status).toBe(0)
  expect(readdirSync(join(project, 'graphs'))).toHaveLength(1)
})

test('words that it does not know', () => {
  expect(lab('bench')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('there are flame'),
  })
  const { status, stderr } = lab('flame', '--nonsense')
  expect(status).toBe(2)
  expect(stderr).toContain('→ npx profiling-lab flame --help')
  expect(lab('--help').stdout).toContain('Usage: npx profiling-lab COMMAND')
})
