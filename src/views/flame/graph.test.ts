/** The graph of the viewer in a real browser; a click holds the mouse button for 90 ms, as by hand. */
import { expect, it } from 'vitest'
import type { Stack } from '../../flame/tree.ts'
import { describePage, page } from '../test-page.ts'
import {
  at,
  focusBox,
  graphBox,
  js,
  line,
  pixel,
  place,
  point,
  press,
  show,
  stackIn,
  stacks,
  treeOf,
} from './test-viewer.ts'

describePage('the graph of the viewer', {}, () => {
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
    await point(await place(5, 0.5))
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

  it('the graph is dark in the dark', async () => {
    await show(treeOf(stacks()))
    const empty = async () => Math.max(...(await pixel(await place(4, 0.97))))
    const root = async () => Math.max(...(await pixel(await place(0, 0.97))))
    expect(await empty()).toBeGreaterThan(240)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(empty).toBeLessThan(60)
    expect(await root()).toBeLessThan(90)
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
})
