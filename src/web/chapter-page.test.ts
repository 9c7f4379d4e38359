/**
 * A stage's chapter in the page, as a reader works through it in a real browser: predict, run, look,
 * read the diff, answer; with runs that are real, as short as they can be.
 */
import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { inView, reachedByTab, wrongLooks } from '../views/page-checks.ts'
import { go, gone, page, see, tabTo } from '../views/test-page.ts'
import { describeLabPage } from './test-lab-page.ts'

describeLabPage('a chapter in Chromium', {}, () => {
  it('recorded answers are veiled until the reader asks for them', async () => {
    await go('#/stage/2')
    await see(page.getByRole('button', { name: 'Show the recorded answer' }).first())
    const recorded = page.locator('.chapter pre', { hasText: 'The server, per request' })
    expect(await recorded.count()).toBe(0)
    expect(await page.locator('.look-graph').count()).toBe(0)
    await page.getByRole('button', { name: 'Show the recorded answer' }).first().click()
    await see(recorded)
    expect(await page.getByRole('button', { name: 'Show the recorded answer' }).count()).toBe(0)
  })

  it('under Look is the graph, opened at the frame that the text speaks of', async () => {
    await go('#/stage/2?at=look')
    await see(frameAt(/^write libc · total/))
    await see(page.locator('.look-graph').getByText('recorded, not run here'))
  })

  it('the name of a frame in the prose lights up in the graph, and selects it', async () => {
    const name = page.getByRole('button', { name: 'read', exact: true }).first()
    const canvas = page.locator('#flame-graph canvas')
    const drawn = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())
    await page.mouse.move(0, 0)
    await name.scrollIntoViewIfNeeded()
    const before = await drawn()
    await name.hover()
    await expect.poll(drawn).not.toBe(before)
    await see(frameAt(/^write libc/))
    await name.click()
    await see(frameAt(/^read libc · total/))
    await inView(canvas)
    await page.mouse.move(0, 0)
    // A frame is opened: what the lab knows of it, below the graph.
    await page.locator('#flame-graph').press('Enter')
    await see(page.locator('#explain').getByText('read(2)').first())
    await page.getByRole('button', { name: 'Close' }).click()
    await gone(page.locator('#explain'))
  })

  it('under Read the diff are its hunks, and each opens large', async () => {
    await go('#/stage/2?at=read-the-diff')
    await inView(page.getByRole('heading', { name: 'Read the diff' }))
    const hunks = page.locator('.part.diff .hunk')
    await see(hunks.locator('.added .hljs-keyword').first())
    expect(await hunks.count()).toBeGreaterThan(1)
    // One below the other in this window; the reader may want both sides.
    expect(await hunks.locator('.two-sided').count()).toBe(0)
    await page.getByRole('button', { name: 'Side by side' }).click()
    await see(hunks.locator('.two-sided').first())
    await page.getByRole('button', { name: 'Line by line' }).click()
    const large = page.getByRole('button', { name: /^Open large: reader\.ts, hunk/ }).first()
    await large.click()
    const dialog = page.getByRole('dialog', { name: /^reader\.ts, hunk/ })
    await see(dialog.locator('.two-sided'))
    expect(await wrongLooks(page)).toEqual([])
    await page.keyboard.press('Escape')
    await gone(dialog)
    await expect.poll(() => large.evaluate((it) => it === document.activeElement)).toBe(true)
    await go('#/stage/2?hunk=reader.ts:2')
    await inView(page.locator('.hunk.marked'))
  })

  it('the heading that the address names stays at the top while the rest loads', async () => {
    await go('#/stage/3')
    const late = Promise.withResolvers<void>()
    const slow = /\/api\/(stage|task)\//
    await page.route(slow, async (route) => {
      await late.promise
      await route.continue()
    })
    await page.evaluate(() => {
      location.hash = '#/stage/2?at=try-it-yourself'
    })
    const heading = page.getByRole('heading', { name: 'Try it yourself' })
    const top = () => heading.evaluate((one) => Math.round(one.getBoundingClientRect().top))
    await expect.poll(() => heading.evaluate((one) => one === document.activeElement)).toBe(true)
    expect(await page.locator('.look-graph canvas, .task button').count()).toBe(0)
    late.resolve()
    await see(page.locator('.look-graph canvas').first())
    await see(page.getByRole('button', { name: 'Make the copy' }))
    await expect.poll(top).toBe(16)
    await page.unroute(slow)
    // From now on the page is the reader's.
    await page.mouse.move(700, 300)
    await page.mouse.wheel(0, -200)
    await expect.poll(top).toBeGreaterThan(100)
    await page.evaluate(() => {
      document.body.style.paddingBottom = '50px'
      return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    })
    expect(await top()).toBeGreaterThan(100)
  })

  it('a hunk that the text does not show whole is among all files of the diff', async () => {
    await go('#/stage/6?hunk=ring.ts:1')
    await inView(page.locator('.rest .hunk.marked'))
  })

  it('predict in the chapter, run it, and read each guess beside what was measured', async () => {
    await go('#/stage/1')
    await next('guess stage 1')
    await inView(page.getByRole('heading', { name: 'Predict', exact: true }))
    await see(page.getByRole('button', { name: 'Run stage 1', disabled: true }))
    const [reads, widest, kernel] = await page.locator('.predictions fieldset').all()
    await reads!.getByLabel('Your guess').fill('46')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByText(/Saved: 46 /))
    await widest!.getByLabel(/^parsing/).check()
    await see(widest!.getByText(/Saved: parsing/))
    await kernel!.getByRole('button', { name: 'I do not know' }).click()
    await see(kernel!.getByText(/skipped/))
    // Guessed: the recorded answers are no longer hidden.
    await see(page.locator('.chapter pre', { hasText: 'The server, per request' }))
    await next('run it')
    await inView(page.getByRole('button', { name: 'Run stage 1' }))
    await page.getByRole('button', { name: 'Run stage 1' }).click()
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live.getByText('You said: 46 system calls.'))
    await see(
      live.getByText(/take turns|compiles the code|are starting|kernel counts|profiler/).first(),
    )
    await page.reload()
    await see(live.getByText('You said: 46 system calls.'))
    await see(page.getByRole('heading', { name: 'Your guesses, and what was measured' }), 150_000)
    const outcomes = page.locator('.outcomes > li')
    await see(outcomes.first().getByText('✓ correct'))
    await see(outcomes.last().getByText('– no guess'))
    await next('look at the flame graph')
    await inView(page.locator('#flame-graph'))
    await see(page.locator('.look-graph').getByText('run here', { exact: true }))
    await see(nextLink('your task'))
  })

  it('a question is answered in its place', async () => {
    const question = page.locator('.part.check .question').first()
    await question.getByRole('radio').last().check()
    await question.getByRole('button', { name: 'Answer' }).click()
    await see(question.getByText('✓ the correct one'))
  })

  it('after a reload the reader goes on where they were', async () => {
    await page.reload()
    await see(page.locator('.outcomes > li').first().getByText('✓ correct'))
    await see(page.locator('.part.check .question').first().getByText('✓ the correct one'))
    await next('your task')
    await inView(page.getByRole('heading', { name: 'Try it yourself' }))
  })

  it('with the keyboard alone: guess, run and cancel, walk the graph, answer', async () => {
    await go('#/stage/3')
    await tabTo(page.getByRole('link', { name: /^Next: guess stage 3/ }))
    await page.keyboard.press('Enter')
    await inView(page.getByRole('heading', { name: 'Predict', exact: true }))
    const fields = page.locator('.predictions fieldset')
    for (let at = 0; at < (await fields.count()); at++) {
      const field = fields.nth(at)
      const radios = await field.getByRole('radio').count()
      if (radios > 0) {
        await tabTo(page.getByRole('radio'))
        await page.keyboard.press('Space')
      } else {
        await tabTo(page.getByRole('button', { name: /^I do not know/ }))
        await page.keyboard.press('Enter')
      }
      await see(field.getByText(/Saved: |skipped/))
    }
    await tabTo(page.getByRole('button', { name: /^Run stage 3/ }))
    await page.keyboard.press('Enter')
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live)
    await tabTo(page.getByRole('button', { name: /^Cancel/ }))
    await page.keyboard.press('Enter')
    await see(page.getByText(/^Cancelled: .*; nothing was recorded/))
    await tabTo(page.getByRole('tree', { name: /^Flame graph/ }))
    await see(frameAt(/^parseCommand/))
    await page.keyboard.press('ArrowDown')
    await gone(frameAt(/^parseCommand/))
    await tabTo(page.getByRole('button', { name: /^parseCommand$/ }))
    await page.keyboard.press('Enter')
    await see(frameAt(/^parseCommand/))
    const question = page.locator('.part.check .question').first()
    await tabTo(page.getByRole('radio'))
    await page.keyboard.press('Space')
    await tabTo(page.getByRole('button', { name: /^Answer/ }))
    await page.keyboard.press('Enter')
    await see(question.getByText(/Correct\.|Incorrect\./))
  })

  it.each([1, 2, 3, 4])('chapter %i: WCAG AA in light and dark, at both widths', async (number) => {
    await go(`#/stage/${number}`)
    expect(await wrongLooks(page)).toEqual([])
  })

  it('the tab key reaches all of a chapter, and one sees where it is', async () => {
    await go('#/stage/1')
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })
})

/** The selected frame of the graph, by what is said of it. */
function frameAt(says: RegExp): Locator {
  return page.getByRole('treeitem', { name: says })
}

function nextLink(step: string): Locator {
  return page.getByRole('navigation', { name: 'Next step' }).getByRole('link', { name: step })
}

/** Goes to the next step, once it is this one. */
async function next(step: string): Promise<void> {
  await nextLink(step).click()
}
