import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Script } from 'node:vm'
import { expect, test } from 'vitest'
import { subtract } from './difference.ts'
import { differencePage } from './difference-page.ts'
import { type FrameTree, growTree } from './tree.ts'

const tree = (count: number): FrameTree => ({
  format: 1,
  source: 'perf',
  method: '',
  unit: { counts: 'samples', worth: 2000, of: 'µs' },
  windowSeconds: 1,
  samples: 100,
  requests: 1000,
  blind: [],
  quality: { broken: 0, unnamed: 0, lost: 0, repaired: 0 },
  root: growTree([
    { frames: [{ name: 'read', kind: 'native', file: 'libc' }], count },
    { frames: [{ name: '</script><b>&', kind: 'js', file: 'stages/stage1/x.ts' }], count: 10 },
  ]),
})

const make = () =>
  differencePage(
    subtract({ name: 'stage1', tree: tree(90) }, { name: 'stage2', tree: tree(30) }),
    'SET',
  )

test('one file without anything from elsewhere, whose scripts are whole', async () => {
  const page = await make()
  expect(page).not.toMatch(/(src|href)\s*=|@import|url\(/)
  expect(page).not.toContain('</script><b>')
  expect(page).toContain('<b>200</b> to <b>80.0</b> µs of CPU a request (-120)')
  expect(page).toContain('<td>180</td><td>60.0</td><td>▼ -120</td><td>read libc</td><td>read</td>')
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!)
  expect(scripts.length).toBeGreaterThan(10)
  for (const script of scripts) expect(() => new Script(script)).not.toThrow()
})

test('a browser draws it: a box a frame, with signs', { timeout: 60_000 }, async ({ skip }) => {
  const chromium = 'chromium'
  const directory = mkdtempSync(join(tmpdir(), 'difference-page-'))
  try {
    const file = join(directory, 'page.html')
    writeFileSync(file, await make())
    const flags =
      '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --disable-background-networking --disable-component-update --virtual-time-budget=2000 --dump-dom'
    const started = promisify(execFile)(chromium, [
      ...flags.split(' '),
      `--user-data-dir=${join(directory, 'user')}`,
      `file://${file}`,
    ]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') skip('no chromium here')
      throw error
    })
    const { stdout } = await started
    const boxes = [...stdout.matchAll(/<g [^>]*name="([^"]*)" class="frame"><rect [^>]*>/g)]
    expect(boxes.map(([, name]) => name)).toEqual([
      '▼ -120 all',
      '▼ -120 read libc',
      '= &lt;/script&gt;&lt;b&gt;&amp; stages/…/x.ts',
    ])
    expect(boxes.every(([box]) => /rect [^>]*width="[1-9]/.test(box))).toBe(true)
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
})
