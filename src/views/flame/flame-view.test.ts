/**
 * The viewer as a reader has it: in a real browser, from a file that requests nothing, with
 * a mouse button that is held for 90 ms, as by hand.
 */
import { expect, it } from 'vitest'
import { subtract } from '../../flame/difference.ts'
import { byLayers } from '../../flame/layers.ts'
import { breaches, narrow, reachedByTab, sticksOut, wide, wrongLook } from '../page-checks.ts'
import { describePage, page, watched } from '../test-page.ts'
import {
  at,
  copy,
  focusBox,
  found,
  graphBox,
  js,
  line,
  loop,
  pixel,
  place,
  point,
  press,
  reply,
  show,
  stackIn,
  stacks,
  treeOf,
} from './test-viewer.ts'

const context = { permissions: ['clipboard-read', 'clipboard-write'] }

describePage('the flame graph viewer', { context }, () => {
  it('the panel takes the height that it needs, and nothing moves under the pointer', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    await show(treeOf(stacks()))
    const before = await graphBox()
    await press(await place(...at.parse))
    const panel = (await page.locator('#explain').boundingBox())!
    expect(panel.height).toBeLessThan(1080 / 5)
    expect(panel.y + panel.height).toBeLessThanOrEqual(1080)
    expect((await graphBox()).y).toBe(before.y)
  })

  it('a search counts each sample once, and Enter goes from match to match', async () => {
    await show(treeOf(stacks()))
    const field = page.getByLabel('Find')
    await field.fill('walk')
    await expect.poll(found).toBe('2 frames: total 30 %, self 10 %')
    await page.getByText('Enter: next match').waitFor()
    await field.fill('COPY stages')
    await expect.poll(found).toBe('2 frames: total 35 %, self 35 %')
    const places: number[] = []
    for (let at = 0; at < 3; at++) {
      await field.press('Enter')
      await expect.poll(line).toMatch(/^copy stages\/stage1\/bytes.ts:3/)
      places.push((await focusBox()).x)
    }
    expect(places[1]).not.toBe(places[0])
    expect(places[2]).toBe(places[0])
    await field.press('Shift+Enter')
    await expect.poll(async () => (await focusBox()).x).toBe(places[1])
    await field.fill('/^(parse|reply) /')
    await expect.poll(found).toBe('2 frames: total 60 %, self 15 %')
    await field.fill('/(/')
    await expect.poll(found).toMatch(/^Not a regular expression: .*group/)
    // The role of `copy_to` and of all above `read`; no name or file has it.
    await field.fill('entering')
    await expect.poll(found).toBe('0 frames: total 0 %, self 0 %')
  })

  it('a match among the kernel functions that are folded is found, too', async () => {
    await show(treeOf(stacks()))
    const field = page.getByLabel('Find')
    await field.fill('deep')
    await expect.poll(found).toBe('1 frame: total 40 %, self 40 %')
    await field.press('Enter')
    await expect.poll(line).toMatch(/^deep kernel/)
    expect(await page.getByLabel('all kernel functions').isChecked()).toBe(true)
  })

  it('what was not seen is a list, if it is more than one thing', async () => {
    await show({ ...treeOf(stacks()), blind: ['the kernel', 'helper threads'] })
    const notes = page.locator('#profile-notes')
    expect(await notes.getByRole('listitem').allInnerTexts()).toEqual([
      'the kernel',
      'helper threads',
    ])
    await show({ ...treeOf(stacks()), blind: ['the kernel'] })
    await notes.getByText('Not seen: the kernel.').waitFor()
  })

  it('a role is chosen by its chip', async () => {
    await show(treeOf(stacks()))
    const colour = async () => pixel(await place(...at.parse))
    const before = await colour()
    const chip = page.getByRole('button', { name: 'read 40 %' })
    await chip.click()
    expect(await chip.getAttribute('aria-pressed')).toBe('true')
    await expect.poll(colour).not.toEqual(before)
    await chip.click()
    await expect.poll(colour).toEqual(before)
  })

  it('a link leads to the same stack in another run, and says so if there is none', async () => {
    await show(treeOf(stacks()))
    await press(await place(...at.copyOfReply))
    await expect.poll(stackIn).toMatch(/^copy~/)
    const { hash } = new URL(page.url())
    // Another run: other lines, other weights, so that this frame comes first.
    const moved = stacks().map(({ frames, count }) => ({
      frames: frames.map((frame) => (frame.line ? { ...frame, line: frame.line + 5 } : frame)),
      count: frames.includes(reply) && frames.includes(copy) ? count + 1150 : count,
    }))
    await show(treeOf(moved), hash)
    await expect.poll(line).toMatch(/^copy stages\/stage1\/bytes.ts:8 · total 60 %/)
    await show(treeOf(stacks().slice(0, 4)), hash)
    await page.getByText('No stack of this run ends in copy as in the link').waitFor()
  })

  it('callers and callees are summed over the graph', async () => {
    await show(treeOf(stacks()))
    await press(await place(...at.copyOfReply))
    await page.getByRole('button', { name: 'Callers and callees' }).click()
    const sandwich = page.getByRole('region', { name: 'Callers and callees of copy' })
    await sandwich.getByText('total 35 % (350 samples), self 35 % (350 samples)').waitFor()
    const callers = page.getByRole('tree', { name: 'Callers of copy' })
    await callers.focus()
    await page.keyboard.press('ArrowUp')
    const name = () => callers.getByRole('treeitem').getAttribute('aria-label')
    await expect.poll(name).toBe('walk stages/stage1/parser.ts:40 · total 20 % (200 samples)')
    // On to the callers of that caller, and back with the Escape key.
    await page.keyboard.press('Enter')
    await page.getByRole('tree', { name: 'Callees of walk' }).focus()
    await page.keyboard.press('Escape')
    await page.getByRole('tree', { name: /^Flame graph/ }).waitFor()
    // The table leads there as well.
    await page
      .locator('#widest')
      .getByRole('button', { name: /^copy / })
      .first()
      .click()
    await sandwich.waitFor()
  })

  it('the graph is turned upside down, inverted, and without its recursion', async () => {
    await show(treeOf(stacks()))
    await page.getByRole('button', { name: 'top', exact: true }).click()
    await point(await place(2, 0.5, 'top'))
    await expect.poll(line).toMatch(/^parse /)
    await page.getByRole('tree').focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(line).toMatch(/^uv_run /)
    await page.reload()
    await page.getByRole('tree').waitFor()
    await point(await place(2, 0.5, 'top'))
    await expect.poll(line).toMatch(/^parse /)
    await page.getByRole('button', { name: 'bottom', exact: true }).click()
    await page.getByRole('button', { name: 'inverted' }).click()
    // 40 % in the kernel, then `copy` with 35 %, whatever called it.
    await point(await place(1, 0.6))
    await expect.poll(line).toMatch(/^copy .* total 35 %/)
    await page.getByRole('button', { name: 'normal' }).click()
    await page.getByLabel('Find').fill('walk')
    await expect.poll(found).toMatch(/^2 frames/)
    await page.getByLabel('merge recursion').check()
    await expect.poll(found).toBe('1 frame: total 30 %, self 10 %')
  })

  it('name and stack are copied', async () => {
    await show(treeOf(stacks()))
    await press(await place(...at.copyOfReply))
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: 'Copy name' }).click()
    await page.getByText('The name was copied.').waitFor()
    expect(await clipboard()).toBe('copy')
    await page.getByRole('button', { name: 'Copy stack' }).click()
    await page.getByText('The stack was copied.').waitFor()
    expect((await clipboard()).split('\n')).toEqual([
      'uv_run libuv',
      'reply stages/stage1/replies.ts:7',
      'copy stages/stage1/bytes.ts:3',
    ])
  })

  it('two with the same stacks: no table without a line, and no recording of 0.0 s', async () => {
    const tree = { ...treeOf(stacks()), windowSeconds: 0.046 }
    await show(subtract({ name: 'old', tree }, { name: 'new', tree }))
    await page.getByText('No frame changed: the two have the same stacks.').waitFor()
    await page.getByText('new by perf: 1,000 samples over 1,000 requests in 46 ms.').waitFor()
    expect(await page.locator('#changes').count()).toBe(0)
  })

  it("the time in another tool's file is called time", async () => {
    await show({ ...treeOf(stacks()), file: { name: 'x', format: 'file' } })
    await page.locator('#widest').getByRole('columnheader', { name: 'Time' }).waitFor()
    await page.locator('#widest').getByText('400 ms').waitFor()
  })

  it('the difference of two has the same orientation, and says what grew in words', async () => {
    const before = treeOf(stacks())
    const after = treeOf(stacks(500))
    await show(subtract({ name: 'stage1', tree: before }, { name: 'stage2', tree: after }))
    await page.getByText('1,000 to 1,500 µs of CPU per request').waitFor()
    // As wide as the larger of both: `parse` has 850 of 1,500.
    await press(await place(2, 0.3))
    await expect
      .poll(line)
      .toMatch(/^parse stages\/…\/parser.ts:12 · total 350 → 850 µs of CPU per request \(▲ \+500\)/)
    await page.getByRole('button', { name: 'Whole graph' }).click()
    await page.getByRole('button', { name: 'stage1', exact: true }).click()
    // Before: 400 for `read`, and then `parse`.
    await point(await place(2, 0.3))
    await expect.poll(line).toMatch(/^read |^parse /)
    await page.getByLabel('Find').fill('reply')
    await expect.poll(found).toMatch(/^1 frame: total 25 %/)
  })

  it.each(['light', 'dark'] as const)(
    'WCAG AA in %s, and the tab key reaches all of it',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await show(treeOf(stacks()))
      await press(await place(...at.parse))
      await page.locator('#explain').waitFor()
      expect(await wrongLook(page, wide, colorScheme)).toEqual([])
      expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
      expect(await wrongLook(page, narrow, colorScheme)).toEqual([])
    },
  )

  it('a program of the reader: layers, what the recording says, and a function line by line', async () => {
    const list = js('list', 'server.ts', 7)
    const listing = {
      ...{ name: 'list', file: 'server.ts', line: 7, self: 0, total: 900, located: 900 },
      lines: [
        { line: 7, text: 'function list() {', self: 0, total: 0 },
        { line: 8, text: '  return copy(items)', self: 0, total: 900 },
        { line: 9, text: '}', self: 0, total: 0 },
      ],
    }
    const next = 'npm run explain -- server.ts list'
    const sentences = [{ text: '90 % of the time is below copy.', next }, { text: 'No more.' }]
    const stacks = [
      { frames: [loop, list, js('copy', 'node_modules/copier/index.js', 1)], count: 900 },
      { frames: [loop, js('emit', 'node:events', 1)], count: 100 },
    ]
    await show({ ...byLayers(treeOf(stacks)), sentences, listings: [listing] })
    expect(await page.locator('#flame-sentences li').allInnerTexts()).toEqual([
      `90 % of the time is below copy. ${next}`,
      'No more.',
    ])
    const legend = await page.locator('.legend button').allInnerTexts()
    expect(legend).toEqual(['copier 90 %', "Node's JavaScript 10 %"])
    await press(await place(2, 0.4))
    expect(await line()).toContain('list server.ts:7')
    const rows = await page.locator('#flame-lines tbody tr').allInnerTexts()
    expect(rows.map((row) => row.split('\t'))).toEqual([
      ['', '', '7', 'function list() {'],
      ['', '90 %', '8', '  return copy(items)'],
      ['', '', '9', '}'],
    ])
    expect(await breaches(page, 'all', 'sentences and lines')).toEqual([])
    await page.setViewportSize(narrow)
    expect(await sticksOut(page)).toEqual([])
  })

  it('nothing was requested', () => {
    const foreign = watched.requests.filter((address) => !address.startsWith('file:'))
    expect(foreign.filter((address) => !address.startsWith('data:'))).toEqual([])
  })
})
