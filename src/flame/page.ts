/**
 * The flame graph as 0x draws it: 0x's own page (its canvas, zoom, search, filters), given the
 * neutral tree in 0x's format, as one file that needs no network.
 *
 * As it comes, 0x's page hides all but `.js` files, adds the time of what it hides to the caller,
 * and paints hot frames white. The page is therefore mended after 0x has made it. Each change must
 * find what it changes exactly once, so that a new version of 0x ends in an error that says so and
 * not in a page that is subtly wrong.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LabError } from '../run/lab-error.ts'
import {
  amountOf,
  besideArticle,
  blindness,
  type Caption,
  legend,
  percent,
  provenance,
} from './caption.ts'
import { colourNote, paint, roleColours } from './colours.ts'
import { escapeMarkup } from './markup.ts'
import { makeScratch } from './scratch.ts'
import { type FrameNode, type FrameTree, labelOf } from './tree.ts'

/** `0x/lib/render`, as far as it is used here. It carries no types of its own. */
type Render = (options: {
  name: string
  title: string
  ticks: unknown[]
  outputHtml: string
  folder: string
  workingDir: string
  pathToNodeBinary: string
}) => Promise<string | null>

/** A node as 0x's page wants it; what it does not know (`colour`, `note`) it carries along. */
interface PageNode {
  name: string
  /** Samples with this frame on the stack. */
  value: number
  /** Samples with this frame on top. */
  top: number
  /** What the filter buttons go by. */
  type: string
  colour: string
  note: string
  children?: PageNode[]
}

/**
 * Draws `tree` into `file`, which is written whole or not at all. Takes about a second.
 * @throws LabError where 0x's page is not as expected
 */
export async function writePage(tree: FrameTree, caption: Caption, file: string): Promise<void> {
  const page = mend(await emptyPage(), tree, caption)
  // In the same directory, because a rename works within one file system only.
  const draft = join(dirname(file), `.${process.pid}-${Date.now()}.flamegraph.tmp`)
  try {
    await writeFile(draft, page)
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
}

/** 0x's page for no samples at all: its code and its style. */
async function emptyPage(): Promise<string> {
  const render = createRequire(import.meta.url)('0x/lib/render') as Render
  const scratch = await makeScratch()
  const { dir } = scratch
  try {
    const outputHtml = join(dir, 'page.html')
    await render({
      name: 'page',
      title: '',
      ticks: [],
      outputHtml,
      folder: dir,
      workingDir: dir,
      pathToNodeBinary: process.execPath,
    })
    return await readFile(outputHtml, 'utf8')
  } finally {
    await scratch.remove()
  }
}

const bodyTag = "<body class='m0 background sans-serif overflow-hidden'>"

/** Puts the tree into 0x's page and mends what would mislead. */
export function mend(page: string, tree: FrameTree, caption: Caption): string {
  const colours = paint(tree.root)
  const bytes = tree.unit.counts === 'bytes'
  const data = pageNode(tree.root, colours, tree)
  const whole = bytes ? amountOf(tree, tree.root.total) : `${tree.samples} samples`
  data.name = `${caption.title}: ${whole}`
  const script = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')
  const options = { title: `${caption.title} · ${tree.source}`, visualizeCpuProfile: true }

  const changes: [what: string, from: string | RegExp, to: string][] = [
    // cpp, v8, native and init would be hidden, and their time added to whoever called them.
    ['the default filter', "new Set(['cpp', 'regexp', 'v8', 'native', 'init'])", 'new Set()'],
    // The page is as tall as the tallest stack, not 950 pixels at least; its root is not white.
    [
      'the size of the graph',
      'topOffset: 55',
      "topOffset: 12, minHeight: 200, frameColors: { fill: '#e4e4e4', stroke: '#999' }",
    ],
    // Role by default, heat on the button. 0x's own heat overflows to white at a fifth of the time.
    [
      'the colours',
      'function defaultColorHash (d, perc, allSamples, tiers) {',
      `function defaultColorHash (d, perc, allSamples, tiers) {
  if (d.name) {
    var edge = perc > 1
    var outline = d.type === 'app' ? '#333' : 'rgba(255, 255, 255, 0.75)'
    if (d.colour && !tiers) return edge ? outline : d.colour
    var heat = Math.min(1, Math.sqrt(stackTop(d) / allSamples / 0.3))
    return 'hsl(' + (48 - 42 * heat) + ', 90%, ' + ((edge ? 78 : 88) - 32 * heat) + '%)'
  }`,
    ],
    // Heaviest first, as the tree has it, and in that order still when zoomed.
    ['the order', 'var sort = true', 'var sort = false'],
    ['the button of the colours', "label: 'Tiers'", "label: 'Heat'"],
    ['the key of the heat', `\${key(state.key)}`, `\${state.control.tiers ? key(state.key) : ''}`],
    ['the key of optimised code', `\${enableOptUnopt\n`, `\${false\n`],
    [
      'the filter buttons',
      `\${app}\${deps}\${core}\${v8}\${init}`,
      `\${${script(filters)}.map(([name, lbl]) => hoc({ bg: '#fff', exclude, name, lbl }, action))}`,
    ],
    [
      'the tooltip',
      "return d.data.name + '<br />' + (top",
      "return d.data.name + '<br />' + d.data.note + '<br />' + (top",
    ],
    // The note has them a request; 0x counts samples, and these are bytes in the window.
    ...(bytes
      ? ([
          [
            'the unit on top',
            "' of ' + allSamples + ' samples)<br />'",
            "' of ' + allSamples + ' bytes)<br />'",
          ],
          [
            'the unit of the stack',
            "' of ' + allSamples + ' samples)'\n",
            "' of ' + allSamples + ' bytes)'\n",
          ],
        ] as [string, string, string][])
      : []),
    // Room for the banner below 0x's own header.
    [
      'the height of the graph',
      'height: calc(100vh - 66px)',
      `margin-top: ${bannerTop + bannerHeight}px; height: calc(100vh - 66px - ${bannerTop + bannerHeight}px)`,
    ],
    ['the width of the title', 'b lh-title measure-narrow measure-l f4', 'b lh-title f4'],
    [
      'the head',
      '<meta charset="utf-8">',
      `<meta charset="utf-8">\n      <title>${escapeMarkup(options.title)}</title>\n      ${bannerStyle}`,
    ],
    ['the body', bodyTag, `${bodyTag}\n${banner(tree, caption)}`],
    // Last, so that nothing is looked for among the names of frames.
    [
      'the data',
      /visualizer\(\{"merged":\{"name":"all stacks"[^\n]*\}\)/,
      `const labTree = ${script(data)}
    visualizer({ merged: labTree, unmerged: labTree }, ${script(options)})`,
    ],
  ]
  return changes.reduce((text, [what, from, to]) => replaceOnce(text, what, from, to), page)
}

/** @throws LabError unless `from` is found exactly once */
export function replaceOnce(text: string, what: string, from: string | RegExp, to: string): string {
  // With a function, since `replaceAll` would read `$` in a text as an order.
  let found = 0
  const replaced = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), () => {
    found++
    return to
  })
  if (found === 1) return replaced
  throw new LabError(`0x's page is not as expected: ${what} was found ${found} times`, {
    means: 'another version of 0x than the one in package-lock.json',
    next: 'npm ci',
  })
}

/** The page's names of the kinds of frames, and what their buttons say. */
const filters: [type: string, label: string][] = [
  ['app', "the stage's own"],
  ['core', "Node's JavaScript"],
  ['v8', 'V8'],
  ['cpp', 'libuv and C++'],
  ['kernel', 'kernel'],
  ['gc', 'GC'],
]

function typeOf({ kind, file = '' }: FrameNode): string {
  if (kind === 'js') return file.startsWith('node:') ? 'core' : 'app'
  if (kind === 'native') return file === 'v8' ? 'v8' : 'cpp'
  return kind === 'builtin' ? 'v8' : kind
}

function pageNode(node: FrameNode, colours: Map<FrameNode, string>, tree: FrameTree): PageNode {
  const tiers = Object.entries(node.tiers ?? {}).map(
    ([tier, count]) => `${tier} ${Math.round(count)}`,
  )
  const bytes = tree.unit.counts === 'bytes' ? [amountOf(tree, node.total)] : []
  const note = [node.role, node.kind, ...tiers, ...bytes].join(' · ')
  const page: PageNode = {
    // The tooltip is made as HTML.
    name: labelOf(node).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '+'),
    value: Math.round(node.total),
    top: Math.round(node.self),
    type: typeOf(node),
    colour: colours.get(node) ?? '#dddddd',
    note,
  }
  if (node.children.length > 0)
    page.children = node.children.map((child) => pageNode(child, colours, tree))
  return page
}

const bannerTop = 44
const bannerHeight = 86

const bannerStyle = `<style>
        #lab { position: fixed; z-index: 2; top: ${bannerTop}px; left: 0; right: 0; height: ${bannerHeight}px;
          padding: 0 .6rem; overflow: hidden; background: #fff; color: #222; font-size: 13px; line-height: 19px }
        #lab b { display: inline-block; margin-right: 5px; padding: 0 7px; border-radius: 3px; color: #000 }
        #lab p { margin: 2px 0 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
      </style>`

function banner(tree: FrameTree, caption: Caption): string {
  const chips = legend(tree).map(
    ({ role, share }) =>
      `<b style="background: ${roleColours[role]}">${role} ${percent(share)}</b>`,
  )
  const missing = blindness(tree)
  return `      <div id="lab">
        <p>${chips.join('')} ${colourNote}</p>
        <p>${escapeMarkup(besideArticle(tree))}</p>
        <p title="${escapeMarkup(tree.method)}">${escapeMarkup(provenance(tree, caption))}</p>
        <p>${escapeMarkup(missing === '' ? tree.method : missing)}</p>
      </div>`
}
