/** For tests: a viewer in a browser with made-up frames, and clicks on its graph as by hand. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Difference } from '../../flame/difference.ts'
import { type Frame, type FrameTree, growTree, noFaults, type Stack } from '../../flame/tree.ts'
import { selfContained } from '../self-contained.ts'
import { page, scratch } from '../test-page.ts'
import { flameViewData } from './flame-view-data.ts'

export const js = (name: string, file: string, line: number): Frame => ({
  name,
  kind: 'js',
  file,
  line,
})
export const loop: Frame = { name: 'uv_run', kind: 'native', file: 'libuv' }
const read: Frame = { name: 'read', kind: 'native', file: 'libc' }
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })
const parse = js('parse', 'stages/stage1/parser.ts', 12)
const walk = js('walk', 'stages/stage1/parser.ts', 40)
export const reply = js('reply', 'stages/stage1/replies.ts', 7)
export const copy = js('copy', 'stages/stage1/bytes.ts', 3)

/** `all` > `uv_run` 100 % > `read` 40 %, `parse` 35 %, `reply` 25 %; `copy` serves both. */
export const stacks = (shift = 0): Stack[] => [
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

/** What perf would have recorded of these stacks. */
export function treeOf(stacks: Stack[]): FrameTree {
  const root = growTree(stacks)
  return {
    ...{ format: 1, source: 'perf', method: 'made up', windowSeconds: 1, blind: [] },
    ...{ unit: { counts: 'samples', worth: 1000, of: 'µs' }, samples: root.total, root },
    ...{ requests: 1000, quality: noFaults() },
  }
}

let files = 0

/** Opens a new file with the viewer in it. */
export async function show(of: FrameTree | Difference, hash = ''): Promise<void> {
  const file = join(scratch, `${++files}.html`)
  const data = flameViewData(of, { title: 'stage1', workload: 'SET' })
  writeFileSync(file, await selfContained('flame', data, 'stage1'))
  await page.goto(`${pathToFileURL(file)}${hash}`)
  await page.getByRole('tree').first().waitFor()
}

/** Row of a frame of `stacks`, and where in the width of the graph. */
export const at = {
  parse: [2, 0.5],
  read: [2, 0.1],
  reply: [2, 0.9],
  copyOfReply: [3, 0.8],
} as const

/** A place in the window. */
interface Place {
  x: number
  y: number
}

/** Where a frame is: its row, and where in the width of the graph. */
export async function place(
  row: number,
  share: number,
  rootAt: 'bottom' | 'top' = 'bottom',
): Promise<Place> {
  const box = await graphBox()
  const y = (row + 0.5) * 18
  return {
    x: box.x + share * box.width,
    y: rootAt === 'bottom' ? box.y + box.height - y : box.y + y,
  }
}

/** Holds the button of the mouse for as long as a finger does. */
export async function press({ x, y }: Place): Promise<void> {
  await page.mouse.click(x, y, { delay: 90 })
}

/** The pointer comes from elsewhere, as with a real mouse. */
export async function point({ x, y }: Place): Promise<void> {
  await page.mouse.move(x - 4, y)
  await page.mouse.move(x, y)
}

/** What is said of the selected frame, and of a search. */
export const line = () => page.locator('#flame-line').innerText()
export const found = () => page.locator('#flame-found').innerText()

/** The frame that the graph is zoomed to, and the graph, as they lie in the window. */
export const focusBox = async () => (await page.locator('.focus-box').first().boundingBox())!
export const graphBox = async () => (await page.locator('.flame-box canvas').first().boundingBox())!

/** The stack in the address; null if there is none. */
export const stackIn = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('stack')

/**
 * The colour under a place of the graph, without the texts: 3 pixels below the upper edge of the row
 * whose middle it is.
 */
export async function pixel({ x, y }: Place): Promise<number[]> {
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
