/**
 * The viewer as a reader has it: in a real browser, from a file that requests nothing, with
 * a mouse that is pressed as a hand does it (down, 90 ms, up).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Difference, subtract } from '../../flame/difference.ts'
import { byLayers } from '../../flame/layers.ts'
import { type Frame, type FrameTree, growTree, noFaults, type Stack } from '../../flame/tree.ts'
import { chromiumPath, startChromium, type Watched, watchPage, whyNoChromium } from '../chromium.ts'
import { breaches, reachedByTab, sticksOut } from '../page-checks.ts'
import { selfContained } from '../self-contained.ts'
import { flameViewData } from './flame-view-data.ts'

// A backstop: a browser is started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const js = (name: string, file: string, line: number): Frame => ({ name, kind: 'js', file, line })
const loop: Frame = { name: 'uv_run', kind: 'native', file: 'libuv' }
const read: Frame = { name: 'read', kind: 'native', file: 'libc' }
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })
const parse = js('parse', 'stages/stage1/parser.ts', 12)
const walk = js('walk', 'stages/stage1/parser.ts', 40)
const reply = js('reply', 'stages/stage1/replies.ts', 7)
const copy = js('copy', 'stages/stage1/bytes.ts', 3)

/** `all` > `uv_run` 100 % > `read` 40 %, `parse` 35 %, `reply` 25 %; `copy` serves both. */
const stacks = (shift = 0): Stack[] => [
  {
    frames: [loop, read, ...['enter', 'vfs', 'sock', 'tcp', 'copy_to', 'deep'].map(kernel)],
    count: 400,
  },
  { frames: [loop, parse], count: 50 + shift },
  { frames: [loop, parse, walk, walk, copy], count: 200 },
  { frames: [loop, parse, walk], count: 100 },
  { frames: [loop, reply, copy], count: 150 },
  { frames: [loop, reply], count: 100 },
]

function treeOf(stacks: Stack[], samples?: number): FrameTree {
  const root = growTree(stacks)
  return {
    ...{ format: 1, source: 'perf', method: 'made up', windowSeconds: 1, blind: [] },
    ...{ unit: { counts: 'samples', worth: 1000, of: 'µs' }, samples: samples ?? root.total, root },
    ...{ requests: 1000, quality: noFaults() },
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'viewer '))
let browser: Browser
let watched: Watched
let page: Page
let files = 0

async function show(of: FrameTree | Difference, hash = ''): Promise<string> {
  const file = join(scratch, `${++files}.html`)
  const data = flameViewData(of, { title: 'stage1', workload: 'SET' })
  writeFileSync(file, await selfContained('flame', data, 'stage1'))
  const address = `${pathToFileURL(file)}${hash}`
  await page.goto(address)
  await page.getByRole('tree').first().waitFor()
  return address
}

/** The place of a frame: its row, and where in the width of the graph. */
async function place(row: number, share: number, rootAt: 'bottom' | 'top' = 'bottom') {
  const box = (await page.locator('.flame-box canvas').first().boundingBox())!
  const y = (row + 0.5) * 18
  return {
    x: box.x + share * box.width,
    y: rootAt === 'bottom' ? box.y + box.height - y : box.y + y,
  }
}
const press = ({ x, y }: { x: number; y: number }) => page.mouse.click(x, y, { delay: 90 })
/** The pointer comes from elsewhere, as a hand brings it. */
async function point({ x, y }: { x: number; y: number }) {
  await page.mouse.move(x - 4, y)
  await page.mouse.move(x, y)
}
const line = () => page.locator('#flame-line').innerText()
const found = () => page.locator('#flame-found').innerText()
const focusBox = async () => (await page.locator('.focus-box').first().boundingBox())!
const graphBox = async () => (await page.locator('.flame-box canvas').first().boundingBox())!
const stackIn = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('stack')
const at = { parse: [2, 0.5], read: [2, 0.1], reply: [2, 0.9], copyOfReply: [3, 0.8] } as const

describe.skipIf(chromiumPath === undefined)(`the flame graph viewer${whyNoChromium}`, () => {
  beforeAll(async () => {
    browser = await startChromium()
    watched = await watchPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
    page = watched.page
    page.setDefaultTimeout(30_000)
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(scratch, { recursive: true, force: true })
  })
  afterEach(async () => {
    expect(watched.troubles.splice(0), 'on the console').toEqual([])
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it.each([
    [1280, 900],
    [1920, 1080],
    [400, 800],
  ])(
    '%i x %i: the root is in view, and the first click on a new graph is not lost',
    async (width, height) => {
      await page.setViewportSize({ width, height })
      await show(treeOf(stacks()))
      const box = await graphBox()
      expect(box.y + box.height).toBeLessThanOrEqual(height)
      const under = await place(...at.parse)
      await press(under)
      await expect
        .poll(line)
        .toMatch(/^parse stages\/stage1\/parser.ts:12 · total 35 % .* self 5 %/)
      expect(stackIn()).toMatch(/^parse~/)
      const focus = await focusBox()
      // Around the row that was pressed, between the gaps over and under it.
      expect(await pixel({ x: under.x, y: under.y - 9 + 6 })).toEqual([255, 255, 255])
      expect(Math.abs(focus.y + 9 - under.y)).toBeLessThan(1.5)
      expect(await page.evaluate(() => scrollY)).toBe(0)
    },
  )

  it('deep in a graph that is higher than its box a click opens what is under the pointer', async () => {
    const deep = Array.from({ length: 80 }, (_, depth) => js(`f${depth}`, 'deep.js', depth))
    await show(treeOf([{ frames: deep, count: 10 }]))
    await page.mouse.move(...pair(await place(5, 0.5)))
    await page.mouse.wheel(0, -10_000)
    const { x, y, height } = await graphBox()
    const under = { x: x + 200, y: y + 18 * 10 + 9 }
    await point(under)
    await expect.poll(line).toMatch(/^f69 /)
    await press(under)
    await expect.poll(stackIn).toMatch(/^f69~/)
    await expect.poll(line).toMatch(/^f69 /)
    // The frame stays in view, and the page where it was.
    const focus = await focusBox()
    expect(focus.y).toBeGreaterThanOrEqual(y)
    expect(focus.y).toBeLessThan(y + height)
    expect(await page.evaluate(() => scrollY)).toBe(0)
  })

  it('the focus box goes along with a zoom, and with the way back', async () => {
    await show(treeOf(stacks()))
    const whole = await graphBox()
    await press(await place(...at.reply))
    await expect.poll(async () => (await focusBox()).width).toBeCloseTo(whole.width, 0)
    await page.getByRole('button', { name: 'One level up' }).click()
    // `uv_run` is as wide as the root: the next level up is the whole graph.
    await expect.poll(async () => (await focusBox()).width).toBeCloseTo(whole.width / 4, 0)
    await page.goBack()
    await expect.poll(stackIn).toMatch(/^reply~/)
    await expect.poll(async () => (await focusBox()).width).toBeCloseTo(whole.width, 0)
    await page.getByRole('button', { name: 'Whole graph' }).click()
    await expect.poll(stackIn).toBeNull()
    expect(await page.locator('#explain').count()).toBe(0)
  })

  it('a tooltip names what is under the pointer; the line says what the panel says', async () => {
    await show(treeOf(stacks()))
    await point(await place(...at.read))
    await expect.poll(line).toMatch(/^read libc · total 40 %/)
    const tooltip = page.locator('.tooltip')
    expect(await tooltip.innerText()).toMatch(/^read libc\ntotal 40 % .*\nself 0 % .*\nread$/)
    await press(await place(...at.parse))
    await page.getByRole('button', { name: 'Whole graph' }).click()
    await press(await place(...at.parse))
    const panel = page.getByRole('region', { name: 'What parse is' })
    await panel.waitFor()
    // Zoomed: `walk` fills most of the row above.
    await point(await place(3, 0.2))
    await expect.poll(() => tooltip.innerText()).toMatch(/^walk /)
    expect(await line()).toMatch(/^parse /)
    // A pointer at rest says nothing once the keys are used.
    await page.keyboard.press('ArrowUp')
    await expect.poll(line).toMatch(/^walk /)
    await page.getByRole('region', { name: 'What walk is' }).waitFor()
    await expect.poll(() => tooltip.count()).toBe(0)
  })

  it('a tooltip does not outlast a scroll: another frame is under the pointer', async () => {
    await show(treeOf(stacks()))
    await point(await place(...at.read))
    const tooltip = page.locator('.tooltip', { hasText: 'read libc' })
    await tooltip.waitFor()
    // After a real scroll this browser says itself where the pointer is; not all do, and not at once.
    await page.locator('.flame-box').dispatchEvent('scroll')
    await expect.poll(() => tooltip.count()).toBe(0)
  })

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

  it('the graph is dark in the dark', async () => {
    await show(treeOf(stacks()))
    const empty = async () => Math.max(...(await pixel(await place(4, 0.97))))
    const root = async () => Math.max(...(await pixel(await place(0, 0.97))))
    expect(await empty()).toBeGreaterThan(240)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(empty).toBeLessThan(60)
    expect(await root()).toBeLessThan(90)
    await page.emulateMedia({ colorScheme: 'light' })
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

  it('25,000 frames: as much is drawn as can be seen', async () => {
    const wide: Stack[] = []
    for (let at = 0; at < 25_000; at++) {
      const names = [`m${at % 5}`, `c${at % 50}`, `f${at % 500}`, `leaf${at}`]
      wide.push({ frames: names.map((name) => js(name, 'many.js', 1)), count: 1 + (at % 7) })
    }
    await page.addInitScript(() => {
      const { fillRect } = CanvasRenderingContext2D.prototype
      const drawn = { rects: 0 }
      Object.assign(window, { drawn })
      CanvasRenderingContext2D.prototype.fillRect = function (...args) {
        drawn.rects++
        fillRect.apply(this, args)
      }
    })
    await show(treeOf(wide))
    const drawn = () =>
      page.evaluate(() => {
        const { drawn } = window as unknown as { drawn: { rects: number } }
        const { rects } = drawn
        drawn.rects = 0
        return rects
      })
    await drawn()
    await press(await place(2, 0.5))
    await expect.poll(stackIn).toMatch(/^c\d+~/)
    expect(await drawn()).toBeLessThan(20_000)
    expect(await page.locator('.flame-box *').count()).toBeLessThan(10)
  })

  it.each(['light', 'dark'] as const)(
    'WCAG AA in %s, and the tab key reaches all of it',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await show(treeOf(stacks()))
      await press(await place(...at.parse))
      await page.locator('#explain').waitFor()
      expect(await breaches(page, 'all', '1280 px')).toEqual([])
      expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
      await page.setViewportSize({ width: 400, height: 800 })
      expect(await breaches(page, 'all', '400 px')).toEqual([])
      expect(await sticksOut(page)).toEqual([])
      await page.emulateMedia({ colorScheme: 'light' })
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
    await page.setViewportSize({ width: 400, height: 800 })
    expect(await sticksOut(page)).toEqual([])
  })

  it('nothing was asked of anybody', () => {
    const foreign = watched.requests.filter((address) => !address.startsWith('file:'))
    expect(foreign.filter((address) => !address.startsWith('data:'))).toEqual([])
  })
})

const pair = ({ x, y }: { x: number; y: number }) => [x, y] as const

/** The colour under a place of the graph, without the texts: 3 pixels below the upper edge of the row whose middle it is. */
async function pixel({ x, y }: { x: number; y: number }): Promise<number[]> {
  return await page.evaluate(
    async ([x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.flame-box canvas')!
      const { left, top } = canvas.getBoundingClientRect()
      const at = [(x - left) * devicePixelRatio, (y - 6 - top) * devicePixelRatio] as const
      const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(await createImageBitmap(canvas, ...at, 1, 1), 0, 0)
      return [...copy.getImageData(0, 0, 1, 1).data.slice(0, 3)]
    },
    [x, y] as const,
  )
}
