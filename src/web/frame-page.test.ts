/** The frame of the lab page in a real browser: menu, side bar, runs and their ends, a slider, an old tab. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { watchPage } from '../views/chromium.ts'
import {
  breaches,
  narrow,
  reachedByTab,
  sticksOut,
  wide,
  wrongLooks,
} from '../views/page-checks.ts'
import { browser, focused, go, page, see } from '../views/test-page.ts'
import type { CourseData, LabData, SliderData } from './api/index.ts'
import { startTestLab } from './test-lab.ts'
import { bundle, describeLabPage, lab, results } from './test-lab-page.ts'

describeLabPage('the frame of the page', {}, () => {
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
    await page.keyboard.press('Escape')
    expect(await side.isVisible()).toBe(false)
    await expect.poll(focused).toBe('Menu')
    await page.keyboard.press('Enter')
    await side.getByRole('link', { name: 'Findings', exact: true }).press('Enter')
    await see(page.getByRole('heading', { level: 1, name: 'Findings' }))
    expect(await side.isVisible()).toBe(false)
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
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

  it('an address that leads nowhere says so, under a heading', async () => {
    await go('#/nowhere')
    await see(page.getByRole('heading', { level: 1, name: 'No such page' }))
  })

  it('the chapter with its slider: WCAG AA in light and dark, 1280 and 400 px wide', async () => {
    await go('#/stage/2')
    expect(await wrongLooks(page, 'all')).toEqual([])
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
      await old.page.setViewportSize(wide)
      expect((await title.boundingBox())!.width).toBeGreaterThan(500)
      // What was typed and not saved is in this tab alone.
      await old.page.evaluate(() =>
        sessionStorage.setItem('task stage1 reader.ts', '{"version":"x","text":"// typed"}'),
      )
      await old.page.reload()
      await see(title)
      const typed = old.page.getByRole('textbox', { name: 'mine/stage1/reader.ts' })
      expect(await typed.inputValue()).toBe('// typed')
      expect(await breaches(old.page, 'all', 'old tab')).toEqual([])
    } finally {
      await second.close()
      await old.context.close()
    }
  })
})
