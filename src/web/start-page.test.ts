/** The start page as a reader sees it first: the story, the one next step, and the way. */
import { expect, it } from 'vitest'
import { readStory } from '../report/story.ts'
import { stages } from '../stages.ts'
import { wrongLook } from '../views/page-checks.ts'
import { go, page } from '../views/test-page.ts'
import { describeLabPage, lab } from './test-lab-page.ts'

describeLabPage('the start page in Chromium', {}, () => {
  it('shows both flame graphs to one scale, and the figures of the recording', async () => {
    const story = (await readStory())!
    await page.locator('.story svg').waitFor()
    const widths = await page
      .locator('.story svg g:has(> title:text-matches("^all ")) > rect')
      .evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().width))
    const [first, last] = widths.toSorted((a, b) => b - a) as [number, number]
    expect(first / last).toBeCloseTo(story.first.micros / story.last.micros, 0)
    const text = await page.locator('.story dl').innerText()
    expect(text).toContain('requests per second, Redis = 1')
    expect(await page.locator('.story > p').innerText()).toContain('Recorded on')
  })

  it('the answer to the first question is there when it is asked for, or something was guessed', async () => {
    const figures = () => page.locator('.story dl').innerText()
    expect(await figures()).toMatch(/\? → 1( → 0)?/)
    expect(await figures()).not.toContain('46')
    await page.getByRole('button', { name: 'Show it' }).click()
    await expect.poll(figures).toMatch(/46 → 1( → 0)?/)
    await page.reload()
    await expect.poll(figures).toContain('? → 1')
  })

  it('has one next step, which changes with what the reader did; minutes of each stage', async () => {
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
    expect(await page.locator('.story dl').innerText()).toMatch(/46 → 1( → 0)?/)
    expect(await page.locator('.begin').innerText()).not.toContain('within a minute')
    expect((await lab.post('/api/recorded', { lesson: 'stage1' })).status).toBe(200)
    await expect.poll(() => next.innerText()).toBe('Go on: stage 1, look at the flame graph')
    await next.click()
    await page.getByRole('heading', { level: 1, name: /stage 1/i }).waitFor()
    await go('#/stage/1/flame')
    const bar = page.getByRole('navigation', { name: 'Next step' })
    await expect.poll(() => bar.innerText()).toContain('your task')
    await go('#/')
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)('can be read by everybody: %s, %i px', async (colorScheme, width) => {
    await page.locator('.story svg').waitFor()
    expect(await wrongLook(page, { width, height: 900 }, colorScheme)).toEqual([])
    // Letters of the picture keep their size at any width.
    const sizes = await page
      .locator('.story svg')
      .evaluate((svg) => svg.getBoundingClientRect().width / Number(svg.getAttribute('width')))
    expect(sizes).toBeCloseTo(1, 1)
  })
})
