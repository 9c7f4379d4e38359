/**
 * The lab page as a reader has it: in a real browser, on the lab's own server, with runs that are
 * real commands. One browser and one server for all; a short run of stage 2 goes on beside what is
 * only read.
 */
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fakeComparison } from '../experiment/fake-comparison.ts'
import { defaultWorkload } from '../load/workload.ts'
import { wasBusy } from '../measure/machine-load.ts'
import { isRunning, processesBelow } from '../run/processes.ts'
import { recordRun } from '../run/running.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import {
  chromiumPath,
  startChromium,
  type Watched,
  watchPage,
  whyNoChromium,
} from '../views/chromium.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { inView, narrow, reachedByTab, wide, wrongLooks } from '../views/page-checks.ts'
import type { RunsData } from './api/index.ts'
import { bundlePage } from './bundle.ts'
import { shortPrograms, startTestLab, type TestLab } from './test-lab.ts'

// A backstop: a browser, servers and a profiler are started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'lab browser '))
const results = join(scratch, 'results')

let lab: TestLab
let browser: Browser
let watched: Watched
let page: Page

describe.skipIf(chromiumPath === undefined)(`the lab page in Chromium${whyNoChromium}`, () => {
  beforeAll(async () => {
    mkdirSync(results)
    const bundling = bundlePage()
    const starting = startChromium()
    lab = await startTestLab({
      bundle: await bundling,
      places: [results],
      programs: shortPrograms(results),
    })
    browser = await starting
    watched = await watchPage(browser, { viewport: wide, acceptDownloads: true })
    page = watched.page
    page.setDefaultTimeout(30_000)
    await page.goto(lab.url)
  })
  afterAll(async () => {
    await browser?.close()
    await lab?.close()
    rmSync(scratch, { recursive: true, force: true })
  })
  afterEach(() => {
    expect(watched.troubles.splice(0), 'on the console').toEqual([])
  })

  it('opens with the address that was printed, and forgets the token in it', async () => {
    await page.goto(lab.url)
    await see(page.getByRole('heading', { level: 1, name: /how a redis clone gets fast/i }))
    expect(page.url()).toBe(`${lab.origin}/`)
    const side = page.getByRole('navigation', { name: 'The lab' })
    for (const { number, title } of stages) {
      await see(side.getByRole('link', { name: new RegExp(`^${number} ${title}`) }))
    }
  })

  it('predict first, then run stage 2; a reload in the middle loses nothing', async () => {
    await go('#/stage/2/run')
    const run = page.getByRole('button', { name: 'Run stage 2' })
    await see(page.getByText(/predictions have no guess yet/))
    await see(page.getByRole('button', { name: 'Run stage 2', disabled: true }))
    const predictions = page.locator('.predictions fieldset')
    await predictions.nth(2).waitFor()
    const [reads, cpu, widest] = await predictions.all()
    await reads!.getByLabel('Your guess').fill('about one')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByRole('alert'))
    await reads!.getByLabel('Your guess').fill('1')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByText(/Saved: 1 /))
    await cpu!.getByRole('button', { name: 'I do not know' }).click()
    await see(cpu!.getByText(/skipped/))
    await widest!.getByLabel('parsing', { exact: true }).check()
    await see(widest!.getByText('Saved: parsing'))
    await run.click()
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live.getByText(/^Under load: stage[12]/))
    await page.reload()
    await see(live.getByText(/^Under load: stage[12]/))
    // Requests per second, latency and CPU: a figure each.
    await live.locator('.spark .now').filter({ hasText: /^\d/ }).nth(2).waitFor()
    await see(live.getByText(/left\.$/))
    await go('#/findings')
    await see(page.getByText(/^One run at a time: /).first())
    expect(await page.getByRole('button', { name: 'Check all thoroughly' }).isDisabled()).toBe(true)
  })

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
      const box = (await graph.boundingBox())!
      const scrolled = await page.evaluate(() => scrollY)
      // `read` of libc: the fifth row.
      await page.mouse.click(x + width * 0.1, box.y + height - 4.5 * 18, { delay: 90 })
      await see(page.locator('#flame-line', { hasText: /^read libc · total/ }))
      expect(await page.evaluate(() => scrollY)).toBe(scrolled)
      await page.setViewportSize(wide)
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
    // Twice as fast in some rounds, half as fast in others: it cannot be told.
    await see(page.getByText(/inconclusive/).first())
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

  const views = [
    ['a run under way', '#/stage/2/run'],
    ['the start', '#/'],
    ['a chapter', '#/stage/1'],
    ['a hunk in a chapter', '#/stage/2?hunk=reader.ts:1'],
    ['a flame graph', '#/stage/2/flame?run=reference'],
    ['a difference', '#/stage/4/difference'],
    ['figures', '#/stage/2/figures'],
    ['predictions', '#/stage/3/run'],
    ['a comparison', '#/compare?run=reference'],
    ['findings', '#/findings'],
    ['a profile from a file', '#/file'],
    ['a chapter alone', '#/chapter/flame-graphs'],
    ['a file', '#/source/stages/stage1/reader.ts?line=20'],
    ['no such page', '#/nowhere'],
  ] as const

  it.each(views)('%s: WCAG AA in light and dark, 1280 and 400 px wide', async (_, hash) => {
    await go(hash)
    expect(await wrongLooks(page)).toEqual([])
  })

  it.each(views)('%s: the tab key reaches all of it, and one sees where it is', async (_, hash) => {
    await go(hash)
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })

  it('the run comes to its end: the guesses are judged, and its result joins the others', async () => {
    await go('#/stage/2/run')
    await see(page.getByRole('heading', { name: 'Your guesses, and what was measured' }))
    const [reads, cpu, widest] = await page.locator('.outcomes > li').all()
    await see(reads!.getByText('✓ correct'))
    await see(cpu!.getByText('– no guess'))
    // Which part it is depends on whether a profiler here sees the kernel.
    await see(widest!.locator('.verdict'))
    const [name] = readdirSync(results).filter((name) => name.startsWith('stage2-lesson-'))
    // Whether the machine was busy meanwhile is chance; what was saved of it is said.
    const { load, machine } = JSON.parse(readFileSync(join(results, name!, 'compare.json'), 'utf8'))
    const warning = page.getByText('⚠ The machine was busy')
    expect(await warning.count()).toBe(wasBusy(load, machine.cores) ? 1 : 0)
    const side = page.getByRole('navigation', { name: 'The lab' })
    await see(side.getByRole('link', { name: /^2 / }).locator('.done', { hasText: 'run' }))
    await page.getByRole('link', { name: 'Its flame graph' }).click()
    await expect.poll(() => page.url()).toContain(`/flame?run=${name}`)
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    expect(await page.getByLabel('Result').inputValue()).toBe(name)
    await page.goBack()
    await page.getByRole('link', { name: 'Beside stage 1, with intervals' }).click()
    await page.locator('figure.chart svg[role=img]').nth(2).waitFor()
    await see(page.locator('.compare .origin').getByText('run here').first())
    await page.goBack()
    const question = page.locator('.question').first()
    await question.getByRole('radio').last().check()
    await question.getByRole('button', { name: 'Answer' }).click()
    await see(question.getByText('✓ the correct one'))
  })

  it('its outcomes: WCAG AA, and the tab key reaches all of them', async () => {
    await go('#/stage/2/run')
    expect(await wrongLooks(page)).toEqual([])
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })

  it('an exercise: predict, run, the guesses judged; its figures and its flame graph', async () => {
    await go('#/exercise/delivery')
    await see(page.getByRole('button', { name: 'Run exercise 4', disabled: true }))
    await see(page.locator('.lesson-code').getByText('docs/your-own-server/quote.ts'))
    const [waits, busy] = await page.locator('.predictions fieldset').all()
    await waits!.getByLabel('Your guess').fill('8')
    await waits!.getByLabel('Your guess').press('Enter')
    await see(waits!.getByText('Saved: 8 waits'))
    await busy!.getByRole('button', { name: 'I do not know' }).click()
    await page.reload()
    await see(waits!.getByText('Saved: 8 waits'))
    await page.getByRole('button', { name: 'Run exercise 4' }).click()
    await see(page.getByRole('region', { name: 'The run under way' }))
    const outcomes = page.locator('.outcomes > li')
    await outcomes.first().waitFor({ timeout: 110_000 })
    await see(outcomes.first().getByText('✓ correct'))
    await see(outcomes.last().getByText('– no guess'))
    await see(page.getByRole('link', { name: /^To the task/ }))
    await go('#/exercise/delivery')
    expect(await wrongLooks(page)).toEqual([])
    await page.getByRole('link', { name: 'Its figures and flame graph' }).click()
    await expect.poll(() => page.url()).toContain('/result?run=delivery-lesson-')
    const row = page.getByRole('row', { name: /^waits for the warehouse/ })
    await see(row.getByRole('cell', { name: '8.00', exact: true }))
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    expect(await wrongLooks(page)).toEqual([])
    const side = page.getByRole('navigation', { name: 'The lab' })
    const link = side.getByRole('link', { name: /^delivery: a slow quote/ })
    await see(link.locator('.done', { hasText: 'run' }))
  })

  it('a run that is cancelled leaves no server, no load and no result', async () => {
    await go('#/stage/1/run')
    await page.getByText('Run it with another load').click()
    await page.getByRole('button', { name: 'Benchmark and profile' }).click()
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live.getByText(/warming up/).first())
    const { own } = (await lab.ask('/api/runs')).json() as RunsData
    const started = [{ pid: own!.pid }, ...processesBelow(own!.pid)]
    // The command, its server and its load.
    expect(started.length).toBeGreaterThanOrEqual(3)
    const before = readdirSync(results)
    const answer = page.waitForResponse((one) => one.request().method() === 'DELETE')
    await live.getByRole('button', { name: 'Cancel the run' }).click()
    expect((await answer).status()).toBe(200)
    expect(isRunning(own!.pid)).toBe(false)
    await see(page.getByText(/was ended; nothing was recorded/))
    await expect.poll(() => started.filter(isRunning)).toEqual([])
    expect(readdirSync(results)).toEqual(before)
    await see(page.getByRole('button', { name: 'Run stage 1' }))
    await gone(page.getByRole('region', { name: 'Runs under way' }))
  })

  it('a run in a terminal is seen while it lasts', async () => {
    const bar = page.getByRole('region', { name: 'Runs under way' })
    const title = page.getByRole('heading', { level: 1 })
    const before = await title.boundingBox()
    const run = recordRun('npm run compare', join(lab.home, 'running'))
    run({ type: 'step', text: 'round 3 of 7', secondsLeft: 40 })
    run({ type: 'progress', share: 0.4 })
    await see(bar.getByText(/round 3 of 7.* · in a terminal/))
    // Nothing on the page has moved for it.
    expect(await title.boundingBox()).toEqual(before)
    expect(await bar.getByRole('button').count()).toBe(0)
    run({ type: 'end' })
    await gone(bar)
  })

  it('a profile is dropped on the window or chosen, and read in the browser alone', async () => {
    await go('#/findings')
    const stacks = 'handle /srv/app/server.ts:3;render /srv/app/view.ts:9_[j] 300\nhandle 100\n'
    const dropped = await page.evaluateHandle((text) => {
      const files = new DataTransfer()
      files.items.add(new File([text], 'app.folded'))
      return files
    }, stacks)
    await page.dispatchEvent('h1', 'dragover', { dataTransfer: dropped })
    await see(page.getByText('Drop the profile to draw it'))
    await page.dispatchEvent('h1', 'drop', { dataTransfer: dropped })
    await see(page.getByRole('heading', { name: 'app.folded, collapsed stacks' }))
    expect(page.url()).toMatch(/#\/file$/)
    await page.getByText('The whole graph as text').click()
    await see(page.locator('#flame-text', { hasText: 'render view.ts:9' }))
    await page.getByLabel('choose one').setInputFiles({
      ...{ name: 'notes.txt', mimeType: 'text/plain' },
      buffer: Buffer.from('It was a dark and stormy night.\n'),
    })
    await see(page.getByRole('alert').getByText('notes.txt is no profile that the lab can read'))
  })

  it('findings: a verdict each, and the button that runs its check', async () => {
    await go('#/findings')
    const rows = page.locator('.findings tbody tr')
    const { findings } = (await lab.ask('/api/findings')).json() as { findings: object[] }
    await see(rows.first())
    expect(await rows.count()).toBe(findings.length)
    expect(await rows.locator('.verdict').count()).toBe(findings.length)
    expect(await rows.getByRole('button', { name: /^(Run|Check).*npm run/ }).count()).toBe(
      findings.length,
    )
    await rows.first().getByRole('button').click()
    await see(page.getByText(/^checked by scripts\//))
  })

  it('without the token, or with another, there is nothing to see', async () => {
    const other = await watchPage(browser)
    for (const [address, says] of [
      [lab.origin, /lacks the token/],
      [`${lab.origin}/?token=${'x'.repeat(32)}`, /of an npm run lab that has ended/],
    ] as const) {
      await other.page.goto(address)
      await see(other.page.getByRole('alert').filter({ hasText: says }))
      expect(await other.page.locator('body').innerText()).toContain('npm run lab')
      expect(await other.page.getByRole('navigation').count()).toBe(0)
    }
    await other.context.close()
  })

  it('another server on this machine that the browser visits is sent no token, and refused', async () => {
    const received: string[] = []
    const foreign = createServer((request, answer) => {
      received.push(JSON.stringify(request.headers))
      answer.setHeader('content-type', 'text/html').end('<title>foreign</title>')
    }).listen(0, '127.0.0.1')
    await once(foreign, 'listening')
    const { port } = foreign.address() as AddressInfo
    const other = await watchPage(browser)
    await other.page.goto(lab.url)
    await see(other.page.getByRole('heading', { level: 1 }))
    expect(await other.context.cookies()).toEqual([])
    const started = () => lab.ask('/api/runs').then((answer) => (answer.json() as RunsData).own?.id)
    const before = await started()
    await other.page.goto(`http://127.0.0.1:${port}/`)
    expect(received.length).toBeGreaterThan(0)
    expect(received.join()).not.toContain(lab.token)
    expect(await other.page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}')
    const asked = await other.page.evaluate(async (origin) => {
      const got = async (path: string, init: RequestInit) => {
        try {
          const answer = await fetch(`${origin}${path}`, { credentials: 'include', ...init })
          return `${answer.type}: ${await answer.text()}`
        } catch {
          return 'refused'
        }
      }
      const body = JSON.stringify({ kind: 'findings' })
      const json = { 'content-type': 'application/json' }
      return [
        await got('/api/lab', {}),
        await got('/api/runs', { method: 'POST', headers: json, body }),
        await got('/api/runs', { method: 'POST', mode: 'no-cors', body }),
      ]
    }, lab.origin)
    expect(asked).toEqual(['refused', 'refused', 'refused'])
    const answer = other.context.waitForEvent('response', (one) => one.url() === `${lab.origin}/`)
    await other.page.evaluate((origin) => {
      const frame = document.createElement('iframe')
      frame.src = `${origin}/`
      document.body.append(frame)
    }, lab.origin)
    expect((await answer).status()).toBe(403)
    expect(await started()).toBe(before)
    await other.context.close()
    foreign.closeAllConnections()
    foreign.close()
  })

  it('nothing was asked of anybody else', () => {
    const own = (address: string) =>
      address.startsWith(`${lab.origin}/`) || /^(data|blob):/.test(address)
    expect(watched.requests.length).toBeGreaterThan(50)
    expect(watched.requests.filter((address) => !own(address))).toEqual([])
  })
})

/** Goes to a place of the page, and waits until all of it is there. */
async function go(hash: string): Promise<void> {
  await page.goto(`${lab.origin}/${hash}`)
  await page.locator('main').waitFor()
  await page.waitForFunction(
    () =>
      document.querySelector('main')?.textContent !== '' &&
      document.querySelector('main .waiting') === null &&
      !document.querySelector('main')?.textContent?.includes('The chart is loading.'),
  )
}

async function see(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'visible' })
}

async function gone(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'detached' })
}

async function download(start: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [got] = await Promise.all([page.waitForEvent('download'), start()])
  return { name: got.suggestedFilename(), bytes: readFileSync(await got.path()) }
}

function keep(name: string, documents: Record<string, object>): void {
  const draft = join(results, `.${name}`)
  mkdirSync(draft)
  for (const [file, document] of Object.entries(documents))
    writeFileSync(join(draft, file), JSON.stringify(document))
  renameSync(draft, join(results, name))
}
