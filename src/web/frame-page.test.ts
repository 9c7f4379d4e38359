/** The frame of the lab page in a real browser: menu, side bar, runs and their ends, a slider, an old tab. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  chromiumPath,
  startChromium,
  type Watched,
  watchPage,
  whyNoChromium,
} from '../views/chromium.ts'
import { breaches, narrow, reachedByTab, sticksOut, wide } from '../views/page-checks.ts'
import type { CourseData, LabData, SliderData } from './api/index.ts'
import { type Bundle, bundlePage } from './bundle.ts'
import { startTestLab, type TestLab } from './test-lab.ts'

// A backstop: a browser and servers are started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'lab frame '))
const results = join(scratch, 'results')

let bundle: Bundle
let lab: TestLab
let browser: Browser
let watched: Watched
let page: Page

describe.skipIf(chromiumPath === undefined)(`the frame of the page${whyNoChromium}`, () => {
  beforeAll(async () => {
    mkdirSync(results)
    const starting = startChromium()
    bundle = await bundlePage()
    vi.stubEnv('LAB_RESULTS', results)
    lab = await startTestLab({
      bundle,
      places: [results],
      programs: ({ script, words }) =>
        script.endsWith('lesson-process.ts')
          ? ['--import', 'tsx', 'src/web/short-lesson.ts', ...words, results]
          : ['--import', 'tsx', script, ...words],
    })
    browser = await starting
    watched = await watchPage(browser, { viewport: wide })
    page = watched.page
    page.setDefaultTimeout(30_000)
    await page.goto(lab.url)
    await see(page.getByRole('heading', { level: 1 }))
  })
  afterAll(async () => {
    await browser?.close()
    await lab?.close()
    rmSync(scratch, { recursive: true, force: true })
    vi.unstubAllEnvs()
  })
  afterEach(async () => {
    await page.setViewportSize(wide)
    expect(watched.troubles.splice(0), 'on the console').toEqual([])
  })

  it('at 400 px there is one menu, which the keyboard opens, closes and follows', async () => {
    await page.setViewportSize(narrow)
    await go('#/stage/2/figures')
    const side = page.getByRole('navigation', { name: 'The lab' })
    const button = page.getByRole('button', { name: 'Menu' })
    await see(button)
    expect(await side.isVisible()).toBe(false)
    await button.press('Enter')
    await see(side)
    await expect.poll(focused).toMatch(/^2 /)
    expect(await sticksOut(page)).toEqual([])
    expect(await breaches(page, 'all', 'menu')).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await breaches(page, 'contrast', 'menu, dark')).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
    await page.keyboard.press('Escape')
    expect(await side.isVisible()).toBe(false)
    await expect.poll(focused).toBe('Menu')
    await page.keyboard.press('Enter')
    await side.getByRole('link', { name: 'Findings', exact: true }).press('Enter')
    await see(page.getByRole('heading', { level: 1, name: 'Findings' }))
    expect(await side.isVisible()).toBe(false)
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.setViewportSize(wide)
  })

  it('the side bar is folded: the page gets its room, and a reload remembers it', async () => {
    await go('#/stage/2')
    const side = page.getByRole('navigation', { name: 'The lab' })
    const width = async () => (await page.locator('#main').boundingBox())!.width
    const before = await width()
    await page.getByRole('button', { name: 'Hide the side bar' }).click()
    await expect.poll(width).toBeGreaterThan(before + 150)
    expect(await side.isVisible()).toBe(false)
    await page.reload()
    await see(page.getByRole('button', { name: 'Show the side bar' }))
    await expect.poll(width).toBeGreaterThan(before + 150)
    await page.locator('main h2').first().waitFor()
    expect(await breaches(page, 'all', 'folded')).toEqual([])
    await page.getByRole('button', { name: 'Show the side bar' }).click()
    await see(side)
  })

  it('a chapter that is scrolled to its end is ticked as read', async () => {
    await go('#/stage/1')
    await page.locator('main h2').nth(3).waitFor()
    const tick = page
      .getByRole('navigation', { name: 'The lab' })
      .getByRole('link', { name: /^1 / })
      .locator('.done', { hasText: 'read' })
    expect(await tick.count()).toBe(0)
    await page.mouse.move(640, 450)
    await page.mouse.wheel(0, 1e6)
    await see(tick)
    const { lessons } = (await lab.ask('/api/course')).json() as CourseData
    expect(lessons.stage1?.read).not.toBeNull()
    expect(lessons.stage2?.read).toBeNull()
  })

  it('one bar over a whole run; at its end the reader is led to what came of it', async () => {
    const { stages } = (await lab.ask('/api/lab')).json() as LabData
    for (const { id } of stages[0]!.lesson.predictions) {
      await lab.post('/api/guess', { lesson: 'stage1', prediction: id, guess: null })
    }
    await go('#/stage/1/run')
    await page.getByRole('button', { name: 'Run stage 1' }).click()
    const bar = page.getByRole('progressbar', { name: 'How far the run is' })
    await see(bar)
    const heading = page.getByRole('heading', { name: 'Your guesses, and what was measured' })
    await page.evaluate(() => {
      const shares: number[] = []
      Object.assign(window, { shares })
      const look = () => {
        const bar = document.querySelector<HTMLProgressElement>('.live-run progress')
        if (bar !== null && bar.position >= 0) shares.push(bar.position)
      }
      const all = { subtree: true, childList: true, attributes: true }
      new MutationObserver(look).observe(document.body, all)
    })
    await heading.waitFor({ timeout: 110_000 })
    const shares = await page.evaluate(() => (window as unknown as { shares: number[] }).shares)
    expect(shares.length).toBeGreaterThan(5)
    expect(shares.toSorted((a, b) => a - b)).toEqual(shares)
    await expect.poll(focused).toBe('Your guesses, and what was measured')
    const { y } = (await heading.boundingBox())!
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThan(wide.height)
  })

  it('an experiment by slider: guessed, run for real, its points stay', async () => {
    await go('#/stage/2')
    const slider = page.getByRole('region', { name: /size of the receive buffer/ })
    await see(slider)
    const range = slider.getByRole('slider')
    await range.focus()
    await page.keyboard.press('Home')
    await see(slider.getByText('16 bytes', { exact: true }))
    await slider.getByLabel(/Your guess/).fill('2')
    await slider.getByRole('button', { name: 'Run with 16 bytes' }).press('Enter')
    const sentence = slider.locator('.slider-result')
    await sentence.waitFor({ timeout: 60_000 })
    const text = await sentence.innerText()
    expect(text).toMatch(
      /^With 16 bytes: (3\.0\d|2\.9\d) read\(2\) calls and [\d.]+ µs of CPU per SET/,
    )
    expect(text).toContain('You guessed 2.00 read(2) calls per SET.')
    await expect.poll(focused).toBe(text)
    await range.press('End')
    await slider.getByRole('button', { name: 'Run with 64 KiB' }).press('Enter')
    await see(sentence.filter({ hasText: /^With 64 KiB: (1\.0\d|0\.99\d) read/ }))
    await slider.getByText('As a table').click()
    for (const name of ['16 bytes, run here', '64 KiB, run here']) {
      await see(slider.getByRole('rowheader', { name }))
    }
    const { runs } = (await lab.ask('/api/slider/receive-buffer')).json() as SliderData
    expect(runs.map(({ points }) => points.map(({ value }) => value))).toEqual([[16], [65_536]])
    expect(readdirSync(results).filter((name) => name.startsWith('vary-'))).toHaveLength(2)
    await page.reload()
    await see(sentence.filter({ hasText: 'With 64 KiB' }))
  })

  it('the chapter with its slider: WCAG AA in light and dark, 1280 and 400 px wide', async () => {
    expect(await wrongLooks('#/stage/2')).toEqual([])
  })

  it('the tab key reaches all of it', async () => {
    await go('#/stage/2')
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })

  it('the tab of a lab that has ended, after another was started at its port, says what to do', async () => {
    const first = await startTestLab({ bundle })
    const old = await watchPage(browser, { viewport: narrow })
    await old.page.goto(first.url)
    await see(old.page.getByRole('heading', { level: 1 }))
    await first.close()
    const alert = old.page.getByRole('alert')
    await see(alert.filter({ hasText: 'The lab does not answer' }))
    // What is asked for now gets no answer, and the page says why once.
    await old.page.evaluate(() => {
      location.hash = '#/findings'
    })
    await see(old.page.getByText('Not loaded.').first())
    expect(await alert.count()).toBe(1)
    const second = await startTestLab({ bundle, port: first.port })
    try {
      const title = old.page.getByRole('heading', { name: 'This tab cannot reach the lab' })
      await see(title)
      await see(old.page.getByText(/another one was started since/))
      expect(await breaches(old.page, 'all', 'old tab')).toEqual([])
      expect(await sticksOut(old.page)).toEqual([])
      await old.page.reload()
      await see(title)
    } finally {
      await second.close()
      await old.context.close()
    }
  })
})

/** What has the focus, as it reads. */
function focused(): Promise<string> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? '')
}

/** Shows a place in both colour schemes and at both widths, and tells what is wrong with it. */
async function wrongLooks(hash: string): Promise<string[]> {
  const found: string[] = []
  for (const [size, colorScheme] of [
    [wide, 'light'],
    [wide, 'dark'],
    [narrow, 'dark'],
    [narrow, 'light'],
  ] as const) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    await go(hash)
    found.push(...(await breaches(page, 'all', `${size.width} px, ${colorScheme}`)))
    found.push(...(await sticksOut(page)))
  }
  await page.setViewportSize(wide)
  return found
}

async function go(hash: string): Promise<void> {
  await page.goto(`${lab.origin}/${hash}`)
  await page.waitForFunction(
    () =>
      (document.querySelector('main')?.textContent ?? '') !== '' &&
      document.querySelector('main .waiting') === null,
  )
}

async function see(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'visible' })
}
