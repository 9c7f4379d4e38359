/** Saved results in the lab page: flame graphs, differences, figures and comparisons, in a real browser. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fakeComparison } from '../experiment/fake-comparison.ts'
import { defaultWorkload } from '../load/workload.ts'
import { labRoot } from '../run/server.ts'
import { watchPage } from '../views/chromium.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { inView, narrow, wide, wrongLooks } from '../views/page-checks.ts'
import { browser, go, gone, page, scratch, see } from '../views/test-page.ts'
import { describeLabPage, results } from './test-lab-page.ts'

describeLabPage('saved results in Chromium', { context: { acceptDownloads: true } }, () => {
  it('a flame graph is searched and zoomed; a frame leads to its hunk and paragraph', async () => {
    await go('#/stage/2/flame?run=reference')
    await see(page.getByText('recorded, not run here'))
    await page.getByLabel('Find').fill('takedelimiter')
    await see(
      page.locator('#flame-found', { hasText: /^\d+ frames?: total [\d.]+ %, self [\d.]+ %/ }),
    )
    await page.getByLabel('Find').press('Enter')
    const line = page.locator('#flame-line')
    await see(line.filter({ hasText: /takeDelimiterInclusive.*reader\.ts:\d+.*%/s }))
    const focus = page.locator('.focus-box')
    const before = (await focus.boundingBox())!
    expect(before.width).toBeLessThan(400)
    await page.mouse.click(before.x + before.width / 2, before.y + 9, { delay: 90 })
    await expect.poll(async () => (await focus.boundingBox())!.width).toBeGreaterThan(900)
    const panel = page.locator('#explain')
    await see(panel.locator('.line.marked'))
    await panel
      .getByRole('link', { name: /stage1 → stage2, reader\.ts, hunk/ })
      .first()
      .click()
    await inView(page.locator('.hunk.marked'))
    await see(page.locator('.hunk.marked', { hasText: 'takeDelimiterInclusive' }))
    await page.goBack()
    await panel
      .getByRole('link', { name: /^stage 2, / })
      .first()
      .click()
    await inView(page.locator('.chapter .piece.marked'))
    await page.goBack()
    await page.getByRole('button', { name: 'Whole graph' }).click()
    await gone(panel)
    const role = page.getByRole('button', { name: /^parse \d/ })
    await role.click()
    expect(await role.getAttribute('aria-pressed')).toBe('true')
  })

  it.each([wide, { width: 1920, height: 1080 }, narrow])(
    'a new flame graph in $width x $height: its root is in view, its first click is not lost',
    async (size) => {
      await page.setViewportSize(size)
      await go('#/stage/1')
      await go('#/stage/1/flame')
      const graph = page.getByRole('tree', { name: /^Flame graph/ })
      const { x, y, width, height } = (await graph.boundingBox())!
      if (size !== narrow) expect(y + height).toBeLessThan(size.height)
      // In a narrow window the reader scrolls to it first.
      else await page.mouse.wheel(0, y - 100)
      await expect.poll(async () => (await graph.boundingBox())!.y).toBeLessThan(size.height - 200)
      await scrolled()
      const box = (await graph.boundingBox())!
      const top = await page.evaluate(() => scrollY)
      // `read` of libc: the fifth row.
      await page.mouse.click(x + width * 0.1, box.y + height - 4.5 * 18, { delay: 90 })
      await see(page.locator('#flame-line', { hasText: /^read libc · total/ }))
      expect(await page.evaluate(() => scrollY)).toBe(top)
    },
  )

  it('a flame graph is walked with the keys', async () => {
    await go('#/stage/1/flame')
    const graph = page.getByRole('tree', { name: /^Flame graph/ })
    const frame = graph.getByRole('treeitem')
    const name = () => frame.getAttribute('aria-label')
    await graph.focus()
    await expect.poll(name).toMatch(/^all · total/)
    await page.keyboard.press('ArrowUp')
    await expect.poll(name).not.toMatch(/^all/)
    const first = await name()
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowUp')
    await expect.poll(name).not.toBe(first)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await see(page.locator('#explain'))
    await expect.poll(() => page.url()).toMatch(/[?&]run=[^&]+&stack=/)
    await page.keyboard.press('Home')
    await expect.poll(() => page.url()).not.toMatch(/[?&]stack=/)
    await page.keyboard.press('/')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('flame-search')
  })

  it('the difference of two stages, and the figures of one', async () => {
    await go('#/stage/2/difference')
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    await page.getByLabel('Stage before').selectOption('stage3')
    await page.getByLabel('Stage after').selectOption('stage4')
    await expect.poll(() => page.url()).toMatch(/before=stage3&after=stage4/)
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    await go('#/stage/2/figures')
    await see(page.getByRole('heading', { name: /beside the stage before and redis/i }))
    for (const name of ['stage1', 'stage2', 'redis']) {
      await see(page.locator('.beside-tables').getByRole('columnheader', { name }).first())
    }
    await see(page.getByRole('heading', { name: /beside the article/i }))
    await go('#/stage/6/figures')
    const titles = await page.locator('.beside-tables h3').allInnerTexts()
    expect(titles).toContain('SET, in batches of 16, 1,000,000 keys')
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('a run on a busy machine: a warning beside its figures and its flame graph', async () => {
    const read = (name: string) =>
      JSON.parse(readFileSync(join(labRoot, 'profiles/stage2', name), 'utf8'))
    const [report, tree] = [read('result.json'), read('profile.json')]
    const warning = page.getByText(/^⚠ The machine was busy: .*The figures may be off/)
    for (const [id, coreShare] of [
      ['stage2-2026-11-20-110000', 0.17],
      ['stage2-2026-11-20-110001', 0.95],
    ] as const) {
      const load = { before: 16, after: 20, coreShare }
      const warnings = coreShare < 0.9 ? 1 : 0
      const profile = { ...report.profile, machineLoad: load }
      // Without the notes that the reference has: they are of its own machine.
      const bare = { ...tree, notes: undefined }
      keep(id, { 'result.json': { ...report, load, profile }, 'profile.json': bare })
      await go(`#/stage/2/figures?run=${id}`)
      await expect.poll(() => page.getByLabel('Result').inputValue()).toBe(id)
      await see(page.getByText(/compare proportions only/))
      await expect.poll(() => warning.count()).toBe(warnings)
      await go(`#/stage/2/flame?run=${id}`)
      await see(page.getByRole('tree', { name: /^Flame graph/ }))
      await expect.poll(() => warning.count()).toBe(warnings)
    }
  })

  it('compare: charts with their tables, another load, and what is inconclusive', async () => {
    await go('#/compare?run=reference')
    await see(page.getByText('recorded, not run here'))
    const charts = page.locator('figure.chart svg[role=img]')
    await charts.nth(3).waitFor()
    const title = page.locator('#speed')
    const first = await title.innerText()
    const loads = page.getByRole('navigation', { name: 'Workload and test' }).getByRole('button')
    await loads.last().click()
    await expect.poll(() => title.innerText()).not.toBe(first)
    await see(page.locator('.answer', { hasText: /times the CPU per request/ }))
    const chart = page.locator('figure.chart', { hasText: 'Beside redis, which is 1' }).first()
    await chart.getByText('As a table').click()
    const table = chart.getByRole('table')
    await see(table.getByRole('rowheader', { name: 'stage4, requests per second' }))
    await see(table.getByRole('cell', { name: /^(more|less)$/ }).first())
  })

  it('compare: a comparison that was run here, with a sweep', async () => {
    const values = [1, 4, 16]
    const comparison = fakeComparison(
      (name, at) => ({ rate: 1000 * (at + 1) * (name === 'stage1' ? 1 : 2), cpu: 9, busy: 0.5 }),
      {
        workloads: values.map((pipeline) => ({ ...defaultWorkload, pipeline })),
        sweep: { over: 'pipeline', values },
      },
    )
    keep('compare-2026-11-20-120000', { 'compare.json': comparison })
    await go('#/compare?run=compare-2026-11-20-120000')
    await see(page.locator('.compare .origin').getByText('run here').first())
    const sweep = page.locator('figure.chart', { hasText: /pipeline/i }).first()
    await see(sweep.locator('svg[role=img]'))
    // Twice as fast in some rounds, half as fast in others: inconclusive.
    await see(page.getByText(/inconclusive/).first())
  })

  it('compare: what each optimization buys fits into 400 px', async () => {
    const left = ['slab', 'one-write'].map((name) => ({
      ...{ name: `no ${name}`, server: 'stage4', args: ['--without', name] },
    }))
    const comparison = fakeComparison(
      (name) => ({ rate: 1000, cpu: name.startsWith('no ') ? 12 : 9, busy: 0.5 }),
      {
        targets: [{ name: 'stage4', server: 'stage4' }, ...left],
        baseline: 'stage4',
        workloads: [1, 16].map((pipeline) => ({ ...defaultWorkload, pipeline })),
        tests: ['set', 'get'],
        ablation: {
          stage: 'stage4',
          optimizations: ['slab', 'one-write'].map((name) => ({
            name,
            without: 'allocates a buffer for each reply, and writes it by itself',
          })),
        },
      },
    )
    keep('compare-2026-11-20-130000', { 'compare.json': comparison })
    await go('#/compare?run=compare-2026-11-20-130000')
    const section = page.getByRole('region', { name: 'What each optimization of stage4 buys' })
    await see(section.getByRole('columnheader', { name: 'GET, pipeline 16' }))
    await page.setViewportSize(narrow)
    await see(section.getByRole('rowheader', { name: 'GET, pipeline 16' }).first())
    const hidden = await section
      .locator('table')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    expect(hidden).toBe(0)
    expect(await wrongLooks(page)).toEqual([])
  })

  it('a comparison is taken along as JSON and as one HTML file', async () => {
    await go('#/compare?run=reference')
    await page.locator('figure.chart svg[role=img]').nth(4).waitFor()
    const json = await download(() => page.getByRole('button', { name: 'Save as JSON' }).click())
    expect(json.name).toBe('compare-reference.json')
    const recorded = readFileSync(join(import.meta.dirname, '../../profiles/compare.json'), 'utf8')
    expect(JSON.parse(json.bytes.toString())).toEqual(JSON.parse(recorded))

    const html = await download(() => page.getByRole('button', { name: /one html file/i }).click())
    expect(html.name).toMatch(/^compare-reference\.html$/)
    const text = html.bytes.toString()
    expect(fetchedBy(text)).toEqual([])
    const other = await watchPage(browser, { viewport: wide })
    await other.context.setOffline(true)
    const file = join(scratch, 'saved.html')
    writeFileSync(file, text)
    await other.page.goto(`file://${file}`)
    await see(other.page.getByRole('heading', { level: 1 }))
    expect(other.requests).toEqual([`file://${encodeURI(file)}`])
    expect(other.troubles).toEqual([])
    await other.context.close()
  })
})

async function download(start: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [got] = await Promise.all([page.waitForEvent('download'), start()])
  return { name: got.suggestedFilename(), bytes: readFileSync(await got.path()) }
}

/** Waits until the page is not scrolling any more. */
async function scrolled(): Promise<void> {
  const top = () => page.evaluate(() => scrollY)
  let last = Number.NaN
  await expect
    .poll(async () => {
      const before = last
      last = await top()
      return last - before
    })
    .toBe(0)
}

function keep(name: string, documents: Record<string, object>): void {
  const draft = join(results, `.${name}`)
  mkdirSync(draft)
  for (const [file, document] of Object.entries(documents))
    writeFileSync(join(draft, file), JSON.stringify(document))
  renameSync(draft, join(results, name))
}
