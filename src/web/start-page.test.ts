/** The start page as a reader sees it first: the story, the one next step, and the way. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readStory } from '../report/story.ts'
import { stages } from '../stages.ts'
import {
  chromiumPath,
  startChromium,
  type Watched,
  watchPage,
  whyNoChromium,
} from '../views/chromium.ts'
import { breaches, sticksOut, wide } from '../views/page-checks.ts'
import { bundlePage } from './bundle.ts'
import { startTestLab, type TestLab } from './test-lab.ts'

// A backstop: a browser is started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'lab start '))
let lab: TestLab
let browser: Browser
let watched: Watched

describe.skipIf(chromiumPath === undefined)(`the start page in Chromium${whyNoChromium}`, () => {
  beforeAll(async () => {
    lab = await startTestLab({ bundle: await bundlePage(), places: [scratch] })
    browser = await startChromium()
    watched = await watchPage(browser, { viewport: wide })
    watched.page.setDefaultTimeout(30_000)
    await watched.page.goto(lab.url)
  })
  afterAll(async () => {
    await browser?.close()
    await lab?.close()
    rmSync(scratch, { recursive: true, force: true })
  })
  afterEach(() => {
    expect(watched.troubles.splice(0), 'on the console').toEqual([])
  })

  it('shows both flame graphs to one scale, and the figures of the recording', async () => {
    const { page } = watched
    const story = (await readStory())!
    await page.locator('.story svg').waitFor()
    const widths = await page
      .locator('.story svg g:has(> title:text-matches("^all ")) > rect')
      .evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().width))
    const [first, last] = widths.toSorted((a, b) => b - a) as [number, number]
    expect(first / last).toBeCloseTo(story.first.micros / story.last.micros, 0)
    const text = await page.locator('.story dl').innerText()
    expect(text).toMatch(/46 → 1( → 0)?/)
    expect(text).toContain('requests per second, Redis = 1')
    expect(await page.locator('.story > p').innerText()).toContain('Recorded on')
  })

  it('has one next step, which changes with what the reader did; minutes of each stage', async () => {
    const { page } = watched
    const next = page.locator('.begin a')
    expect(await next.count()).toBe(1)
    expect(await next.innerText()).toBe('Begin: guess stage 1')
    for (const { number } of stages) {
      const row = page.locator('.way li').nth(number - 1)
      expect(await row.innerText()).toMatch(/\d+ min/)
    }
    const { course, stages: cards } = (await lab.ask('/api/lab')).json()
    expect(course.lessons.stage1.guesses).toEqual({})
    for (const { id } of cards[0].lesson.predictions) {
      const order = { lesson: 'stage1', prediction: id, guess: null }
      expect((await lab.post('/api/guess', order)).status).toBe(200)
    }
    await expect.poll(() => next.innerText()).toBe('Go on: stage 1, run it')
    expect((await lab.post('/api/recorded', { lesson: 'stage1' })).status).toBe(200)
    await expect.poll(() => next.innerText()).toBe('Go on: stage 1, look at the flame graph')
    await next.click()
    await page.getByRole('heading', { level: 1, name: /stage 1/i }).waitFor()
    await page.goBack()
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)('can be read by everybody: %s, %i px', async (colorScheme, width) => {
    const { page } = watched
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await page.locator('.story svg').waitFor()
    expect(await breaches(page, 'all', colorScheme)).toEqual([])
    expect(await sticksOut(page)).toEqual([])
    // Letters of the picture keep their size at any width.
    const sizes = await page
      .locator('.story svg')
      .evaluate((svg) => svg.getBoundingClientRect().width / Number(svg.getAttribute('width')))
    expect(sizes).toBeCloseTo(1, 1)
  })
})
