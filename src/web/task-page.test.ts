/**
 * A task done in the page, in a real browser: the copy, the editor, another editor beside it, hints
 * and checks with real servers; and the recordings and pitfalls. The copies are in a directory of
 * the test's own.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { taskOf } from '../check/tasks.ts'
import { makeRoot, removeCopies, solve, solveExercise } from '../check/test-copies.ts'
import { labRoot } from '../run/server.ts'
import { findStage } from '../stages.ts'
import { narrow, reachedByTab, wrongLooks } from '../views/page-checks.ts'
import { go, gone, page, see, tabTo } from '../views/test-page.ts'
import type { LabOptions } from './start-lab.ts'
import { describeLabPage, lab } from './test-lab-page.ts'

const root = makeRoot()
const reader = join(root, 'mine/stage1/reader.ts')
const original = readFileSync(join(labRoot, 'stages/stage1/reader.ts'), 'utf8')

const tasksLab: LabOptions = {
  copies: root,
  programs: ({ script, words }) =>
    script.endsWith('/check.ts')
      ? ['--import', 'tsx', 'src/web/short-check.ts', join(root, words[0]!)]
      : ['--import', 'tsx', script, ...words, '--quick'],
}
// The server refuses a text that is older than the file: the browser reports its 409 by itself.
const expected = /status of 409/

// After the lab that watches them has ended.
afterAll(removeCopies)

describeLabPage('tasks and recordings in Chromium', { lab: tasksLab, expected }, () => {
  const editor = () => page.getByRole('textbox', { name: 'mine/stage1/reader.ts' })
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  /** What begins with that text. */
  const control = (text: string) =>
    page.locator('main').locator('a, button, summary', { hasText: new RegExp(`^${text}`) })
  const onDisk = () => readFileSync(reader, 'utf8')
  const written = (text: string) => see(editor().getByText(text))
  /** Types at the beginning of the file. */
  const type = async (text: string) => {
    await editor().click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type(text)
    await see(page.getByText('Not saved yet'))
  }

  it('makes the copy, and the editor saves to the file of the copy', async () => {
    await go('#/task/stage1')
    await button('Make the copy').click()
    await see(editor())
    expect(onDisk()).toBe(original)
    await type('// one')
    expect(onDisk()).toBe(original)
    await page.keyboard.press('Control+s')
    await see(page.getByText('Saved.', { exact: true }))
    expect(onDisk()).toBe(`// one${original}`)
  })

  it('the chapter stays at its beginning when its editor appears, which shows the region of the step', async () => {
    await go('#/stage/1')
    await see(editor())
    const inside = () => page.evaluate(() => document.querySelector('.cm-scroller')!.scrollTop)
    await expect.poll(inside).toBeGreaterThan(0)
    expect(await page.evaluate(() => scrollY)).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.closest('.code-editor'))).toBe(null)
    await go('#/task/stage1')
  })

  it('Tab sets in, Escape and Tab leave the editor', async () => {
    await editor().click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('Tab')
    await written('  // one')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Save')
    await page.keyboard.press('Enter')
    await see(page.getByText('Saved.', { exact: true }))
    expect(onDisk()).toBe(`  // one${original}`)
  })

  it('what was not saved survives a reload', async () => {
    await type('// two ')
    await page.reload()
    await see(page.getByText('Not saved yet'))
    await written('// two')
    expect(onDisk()).not.toContain('two')
    await button('Save').click()
    await expect.poll(onDisk).toContain('// two')
  })

  it('follows a change on disk, unless there is one here: then the reader chooses', async () => {
    writeFileSync(reader, `// by another editor\n${original}`)
    await written('// by another editor')
    await type('// mine ')
    writeFileSync(reader, `// and once more\n${original}`)
    const conflict = page.getByRole('alert')
    await see(conflict.getByText('-// and once more'))
    await see(conflict.getByText('+// mine // by another editor'))
    expect(await button('Save').isDisabled()).toBe(true)
    expect(await wrongLooks(page)).toEqual([])
    await conflict.getByRole('button', { name: 'Take what is on disk' }).click()
    await written('// and once more')
    expect(onDisk()).toBe(`// and once more\n${original}`)

    await type('// mine ')
    writeFileSync(reader, original)
    await conflict.getByRole('button', { name: 'Save what is here over it' }).click()
    await see(page.getByText('Saved.', { exact: true }))
    expect(onDisk()).toBe(`// mine // and once more\n${original}`)
  })

  it('the place of a step, and of an error of syntax, opens the editor there', async () => {
    const line = () => page.locator('.cm-activeLine').innerText()
    const focused = () => editor().evaluate((one) => one === document.activeElement)
    const { file, region } = taskOf('stage1').steps[1]!.where
    await page.getByLabel('File').selectOption('main.ts')
    await see(page.getByRole('textbox', { name: 'mine/stage1/main.ts' }))
    await button(`${file} at ${region}`).click()
    await expect.poll(line).toContain(region!.split('.')[1])
    expect(await focused()).toBe(true)

    writeFileSync(reader, `${original}\nconst = 1\n`)
    await page.getByLabel('File').selectOption('main.ts')
    await button('Check').click()
    const wrong = page.getByRole('alert').getByRole('button', { name: /mine\/stage1\/reader.ts:/ })
    await wrong.first().click({ timeout: 110_000 })
    await expect.poll(line).toBe('const = 1')
    expect(await focused()).toBe(true)
    expect(await wrongLooks(page)).toEqual([])
    writeFileSync(reader, original)
    await expect.poll(() => page.locator('.cm-line', { hasText: 'const = 1' }).count()).toBe(0)
  })

  it('hints come one at a time', async () => {
    await button('Hint').click()
    await see(page.getByRole('heading', { name: 'Hint 1 of 3' }))
    expect(await page.getByRole('heading', { name: 'Hint 2 of 3' }).count()).toBe(0)
    await button('Next hint').click()
    await see(page.getByRole('heading', { name: 'Hint 2 of 3' }))
  })

  it('a check saves first, and says what was counted beside what is wanted', async () => {
    await type('// three\n')
    await button('Check').click()
    await see(page.getByRole('region', { name: 'The run under way' }))
    await see(page.getByText(/^Checking: /))
    expect(onDisk()).toContain('// three')
    const result = page.getByRole('region', { name: 'What the check found' })
    await see(result.getByText('Not reached yet; next:'), 110_000)
    await see(result.getByText(/\d [A-Z][a-z]{2} \d{4}, \d\d:\d\d:\d\d$/))
    const row = result.getByRole('row', { name: /read\(2\)/i }).first()
    await see(row.getByText('✗ not yet'))
    expect(await wrongLooks(page)).toEqual([])
  })

  it('a wrong reply is shown with what was expected', async () => {
    const replies = join(root, 'mine/stage1/replies.ts')
    const right = readFileSync(replies, 'utf8')
    const wrong = right.replace(/`\$(?=\$\{value\.length)/, '`%')
    expect(wrong).not.toBe(right)
    writeFileSync(replies, wrong)
    await button('Check').click()
    const result = page.getByRole('region', { name: 'What the check found' })
    await see(result.getByText(/expected .*\$\d/).first(), 110_000)
    await see(result.getByText(/got .*%\d/).first())
    writeFileSync(replies, right)
  })

  it('the solution reaches the goal, and the difference to the next stage opens', async () => {
    writeFileSync(reader, original)
    solve({ ...findStage('stage1')!, id: join(root, 'mine/stage1') }, 'stage1')
    writeFileSync(reader, `${onDisk()}// mine\n`)
    await button('Check').click()
    const result = page.getByRole('region', { name: 'What the check found' })
    await see(result.getByText('✓ Reached'), 110_000)
    await gone(button('Next hint'))
    const solution = page.locator('.solution')
    // What is left from the reader's own copy, and what stage 2 changes over stage 1.
    await see(solution.locator('.removed', { hasText: '// mine' }))
    expect(await solution.locator('.hunk').count()).toBe(1)
    await button('stage1 → stage2').click()
    await see(solution.locator('.added .hljs-keyword').first())
    await page.reload()
    await see(result.getByText('✓ Reached'))
    await see(solution.locator('.removed', { hasText: '// mine' }))
    expect(await wrongLooks(page)).toEqual([])
    await solution.getByRole('link', { name: /chapter of stage 2/ }).click()
    await see(page.getByRole('heading', { level: 1, name: /^Stage 2/ }))
    // What does what stage 2 does can go on with its task.
    await see(button('Go on with your own copy'))
  })

  it('the task of an exercise: its check, with the lab’s own patch beside the copy', async () => {
    await go('#/exercise/delivery')
    await page.getByRole('link', { name: 'Task', exact: true }).click()
    await button('Make the copy').click()
    await see(page.getByRole('textbox', { name: 'mine/delivery/quote.ts' }))
    const result = page.getByRole('region', { name: 'What the check found' })
    await button('Check').click()
    await see(result.getByText('Not reached yet; next:'), 110_000)
    const waits = result.getByRole('row', { name: /waits for the warehouse/ })
    await see(waits.getByRole('cell', { name: '8.00', exact: true }))
    solveExercise({ id: join(root, 'mine/delivery') }, { id: 'delivery' })
    await button('Check').click()
    await see(result.getByText('✓ Reached'), 110_000)
    const solution = page.locator('.solution')
    await see(solution.getByText(/^Nothing differs/))
    await button('the original server → the lab’s solution').click()
    await see(solution.locator('.added .hljs-keyword').first())
    expect(await wrongLooks(page)).toEqual([])
  })

  it('find the lie with the keyboard alone: two wrong guesses bring help, the right one the answer', async () => {
    await go('#/lies')
    await tabTo(control('Recording 2'))
    await page.keyboard.press('Enter')
    await see(page.getByRole('heading', { level: 1, name: /recording 2/ }))
    await page.locator('main .waiting').waitFor({ state: 'detached' })
    await tabTo(control('slices'))
    await page.keyboard.press('Enter')
    await see(page.locator('[data-look=slices] pre'))
    const status = page.locator('main').getByRole('status')
    const guess = async (words: string) => {
      await tabTo(page.locator('.lie-guesses input'))
      await page.keyboard.press('Space')
      const checked = () =>
        page.evaluate(
          () => document.querySelector('.lie-guesses :checked')?.closest('label')?.innerText,
        )
      // A group of radio buttons is one stop; the arrows choose in it.
      for (let at = 0; at < 10 && !(await checked())?.includes(words); at++) {
        await page.keyboard.press('ArrowDown')
      }
      await tabTo(control('Guess'))
      await page.keyboard.press('Enter')
    }
    await guess('a profiler ran in it')
    await see(status.getByText('✗ Incorrect.'))
    expect(await status.getByRole('button').count()).toBe(0)
    await guess('two machines')
    await see(status.getByRole('button', { name: 'Look at slices' }))
    await guess('without a warm-up')
    await see(status.getByText('✓ Correct.'))
    await see(page.locator('.answer[open]').getByText(/There was no warm-up/))
    await page.reload()
    await see(page.getByText('(guessed: incorrect)').nth(1))
    // The terminal gives the same help.
    const saved = JSON.parse(readFileSync(join(lab.home, 'lab/lies.json'), 'utf8'))
    expect(saved[2]).toEqual(['profiled', 'two-machines'])
  })

  it('a pitfall is run, wrong and right', async () => {
    await go('#/pitfalls')
    const pitfall = page.getByRole('region', { name: 'cold', exact: true })
    await pitfall.getByRole('button', { name: 'Run both: cold' }).click()
    await see(pitfall.getByRole('columnheader', { name: 'Result' }), 110_000)
    await see(pitfall.getByRole('button', { name: 'Run both again: cold' }))
    expect(await pitfall.getByRole('cell', { name: /µs of CPU per request/ }).count()).toBe(2)
    await page.setViewportSize(narrow)
    const hidden = await pitfall
      .locator('.scroll')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    expect(hidden).toBe(0)
  })

  it('the chapter leads to its recordings', async () => {
    await go('#/chapter/find-the-lie')
    await page.getByRole('link', { name: 'Look into recording 3, and guess' }).click()
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
  })

  const places = [
    ['a task', '#/task/stage2'],
    ['the recordings', '#/lies'],
    ['a recording', '#/lies/2'],
    ['a recording with a flame graph', '#/lies/3'],
    ['the pitfalls', '#/pitfalls'],
  ] as const

  it.each(places)(
    '%s: WCAG AA in light and dark, 1280 and 400 px wide; the tab key reaches all',
    async (_, hash) => {
      await go(hash)
      expect(await wrongLooks(page)).toEqual([])
      expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
    },
  )
})
