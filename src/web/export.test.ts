/** The exported lab page as a reader has it: opened from a disk, offline, in a real browser. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locator } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { stages } from '../stages.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { narrow, wrongLooks } from '../views/page-checks.ts'
import { describePage, go, page, scratch, see as seeOne, watched } from '../views/test-page.ts'
import { exportLab } from './export.ts'

let site: string

/** Some stand in the page more than once. */
const see = (what: Locator) => seeOne(what.first())
const start = async () => {
  site = join(scratch, 'the site')
  await exportLab(site)
  return pathToFileURL(join(site, 'index.html')).href
}

describePage('the exported page in Chromium', { context: { offline: true }, start }, () => {
  afterEach(() => {
    const outside = watched.requests.filter((url) => !url.startsWith(pathToFileURL(site).href))
    expect(outside, 'asked for').toEqual([])
  })

  it('starts from a disk; a chapter has its diff, and its flame graph for who asks', async () => {
    await go('#/')
    await see(page.getByRole('heading', { level: 1 }))
    await page
      .getByRole('navigation', { name: 'The lab' })
      .getByRole('link', { name: /^2 / })
      .click()
    await see(page.locator('.chapter').getByRole('heading', { level: 2 }))
    await see(page.locator('.hunk .added'))
    await see(page.locator('.chapter').getByText('npm run stage 2'))
    await page.getByRole('button', { name: 'Show the recorded answer' }).first().click()
    await see(page.getByRole('treeitem', { name: /^write libc · total/ }))
  })

  it('a link to the predictions brings the first of them into view, at 400 px too', async () => {
    await page.setViewportSize(narrow)
    for (const { number } of stages) {
      await go(`#/stage/${number}?at=predict`)
      const field = page.locator('.predictions fieldset').first()
      const next = page.getByRole('navigation', { name: 'Next step' })
      const bottom = async () => {
        const { y, height } = (await field.boundingBox())!
        return y + height - (await next.boundingBox())!.y
      }
      await expect.poll(bottom, { message: `stage ${number}` }).toBeLessThanOrEqual(0)
    }
  })

  it('a flame graph is zoomed, and each frame of it is explained', async () => {
    await go('#/stage/2/flame')
    await page.getByLabel('Find').fill('takedelimiter')
    await page.getByLabel('Find').press('Enter')
    const focus = page.locator('.focus-box')
    const before = (await focus.boundingBox())!
    await page.mouse.click(before.x + before.width / 2, before.y + 9, { delay: 90 })
    await expect.poll(async () => (await focus.boundingBox())!.width).toBeGreaterThan(900)
    await see(page.locator('#explain .line.marked'))
  })

  it('any two stages are subtracted, and the figures are there', async () => {
    await go('#/stage/2/difference')
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    await page.getByLabel('Stage after').selectOption('stage4')
    await expect.poll(() => page.url()).toMatch(/after=stage4/)
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    await go('#/stage/2/figures')
    await see(page.getByRole('heading', { name: /beside the article/i }))
  })

  it('compare and findings show the recording, and the command in place of a button', async () => {
    await go('#/compare')
    await page.locator('figure.chart svg[role=img]').nth(4).waitFor()
    await see(page.getByText('npm run compare', { exact: false }))
    const [json] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as JSON' }).click(),
    ])
    const recorded = readFileSync(join(import.meta.dirname, '../../profiles/compare.json'), 'utf8')
    const saved = readFileSync(await json.path(), 'utf8')
    expect(JSON.parse(saved)).toEqual(JSON.parse(recorded))
    await page.getByRole('link', { name: 'As one HTML file' }).click()
    await see(page.getByRole('heading', { level: 1 }))
    await go('#/findings')
    await see(page.locator('.findings .verdict'))
    expect(await page.getByRole('button', { name: /^(Run|Check)/ }).count()).toBe(0)
  })

  it('guesses are judged by the recording, and are there after a reload', async () => {
    await go('#/stage/2/run')
    await see(page.getByText('npm run stage 2'))
    const judge = page.getByRole('button', { name: 'Show what was recorded' })
    await see(judge)
    expect(await judge.isDisabled()).toBe(true)
    const [reads, cpu, widest] = await page.locator('.predictions fieldset').all()
    await reads!.getByLabel('Your guess').fill('1')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByText(/Saved: 1 /))
    await cpu!.getByRole('button', { name: 'I do not know' }).click()
    await see(cpu!.getByText(/skipped/))
    await widest!.getByRole('radio').first().check()
    await see(widest!.getByText(/Saved: /))
    await judge.click()
    await see(page.locator('.outcomes > li').first().getByText('✓ correct'))
    await page.reload()
    await see(page.locator('.outcomes > li').first().getByText('✓ correct'))
    await see(page.locator('.outcomes > li').nth(1).getByText('– no guess'))
    const question = page.locator('.question').first()
    await question.getByRole('radio').last().check()
    await question.getByRole('button', { name: 'Answer' }).click()
    await see(question.getByText('✓ the correct one'))
  })

  it('an exercise, which has no recording, has the ticks that can be had in this copy', async () => {
    await go('#/chapter/your-own-server')
    const side = page.getByRole('navigation', { name: 'The lab' })
    const ticks = side.getByRole('link', { name: /^delivery: / }).locator('.ticks > span')
    await expect
      .poll(() => ticks.allTextContents())
      .toEqual(['○ read not yet', '○ guessed not yet'])
    await page.waitForFunction(() => document.body.scrollHeight > 3 * innerHeight)
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await expect.poll(() => ticks.first().textContent()).toBe('✓ read')
  })

  it('an exercise says what to type in place of figures that nothing here can give', async () => {
    await go('#/exercise/orders')
    await see(page.getByRole('link', { name: 'Task', exact: true }))
    expect(await page.getByRole('link', { name: /^Figures/ }).count()).toBe(0)
    await go('#/exercise/orders/result')
    await see(page.getByText(/^Exercises are not recorded/))
    await see(page.locator('pre', { hasText: 'npm start -- orders' }))
  })

  it('the next step judges the guesses in one press, and then leads to the flame graph', async () => {
    await go('#/stage/3?at=predict')
    const next = page.getByRole('navigation', { name: 'Next step' }).getByRole('link')
    const fields = page.locator('.predictions fieldset')
    await see(fields.first())
    // Above the next step, which stays at the lower edge.
    const field = (await fields.first().boundingBox())!
    expect(field.y + field.height).toBeLessThan((await next.boundingBox())!.y)
    for (const field of await fields.all()) {
      await field.getByText('I do not know').click()
      await see(field.getByText(/skipped/))
    }
    await next.filter({ hasText: 'see what was recorded' }).click()
    const outcome = page.getByRole('heading', { name: 'Your guesses, and what was measured' })
    await expect.poll(() => outcome.evaluate((one) => one === document.activeElement)).toBe(true)
    const { y } = (await outcome.boundingBox())!
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThan(400)
    await see(next.filter({ hasText: 'look at the flame graph' }))
    await see(page.getByRole('navigation', { name: 'The lab' }).getByText('judged').nth(2))
  })

  it('what the copy does not have is said, with the command that has it', async () => {
    await go('#/source/stages/stage1/nothing.ts')
    await see(page.getByRole('alert').filter({ hasText: 'does not have that' }))
  })

  it.each([
    ['the start', '#/'],
    ['a chapter and its diff', '#/stage/2'],
    ['a flame graph', '#/stage/2/flame'],
    ['a difference', '#/stage/4/difference'],
    ['predictions', '#/stage/3/run'],
    ['outcomes', '#/stage/2/run'],
    ['a comparison', '#/compare'],
    ['findings', '#/findings'],
  ])('%s: WCAG AA in light and dark, 1280 and 400 px wide', async (_, hash) => {
    await go(hash)
    await see(page.getByRole('heading', { level: 1 }))
    await expect.poll(() => page.getByText('Loading…').count()).toBe(0)
    expect(await wrongLooks(page)).toEqual([])
  })

  it('find the lie: wrong guesses bring help, and are kept in this browser', async () => {
    await go('#/lies/5')
    await page.getByLabel('the profiler cannot see the kernel').check()
    await page.getByRole('button', { name: 'Guess' }).click()
    await see(page.getByText('✗ Incorrect.'))
    await page.reload()
    await see(page.getByText('(guessed: incorrect)'))
    await go('#/lies')
    await see(page.getByText('one wrong guess: blind-profiler'))
  })

  it('a task says its goal and what to type; the pitfalls too', async () => {
    await go('#/task/stage1')
    await see(page.getByText('npm run try -- 1'))
    expect(await page.getByRole('button', { name: 'Make the copy' }).count()).toBe(0)
    await go('#/pitfalls')
    await see(page.getByText('npm run broken'))
  })

  it('it is written again over itself, and over nothing else', async () => {
    const other = join(scratch, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'notes.txt'), 'mine')
    await expect(exportLab(other)).rejects.toMatchObject({
      message: expect.stringContaining('holds files that are no exported lab page'),
      next: expect.stringContaining('npm run lab -- --export'),
    })
    expect(readdirSync(other)).toEqual(['notes.txt'])
    await expect(exportLab(join(other, 'notes.txt'))).rejects.toThrow('no directory')
    writeFileSync(join(site, 'left-over'), '')
    const { bytes } = await exportLab(site)
    // One that is mailed, or loaded over a slow line: most of it is loaded only when asked for.
    expect(bytes).toBeLessThan(5_250_000)
    const names = readdirSync(site)
    expect(names).toEqual(['assets', 'compare-reference.html', 'data', 'index.html', 'picture'])
    expect(readdirSync(scratch).sort()).toEqual(['other', 'the site'])
    const html = readFileSync(join(site, 'index.html'), 'utf8')
    expect(fetchedBy(html).filter((found) => /https?:|="\//.test(found))).toEqual([])
    for (const { id } of stages)
      expect(readdirSync(join(site, 'data'))).toContain(`explain-stage-${id}.js`)
  })
})
