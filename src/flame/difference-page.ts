/**
 * The difference of two profiles as one page that needs no network: a flame graph by
 * d3-flame-graph, which is inlined with the parts of d3 that it uses, and below it the same in words
 * for those who do not see it or do not use a mouse.
 *
 * The hue is d3-flame-graph's own for differences (red grew, blue shrank, orange is new), made
 * lighter, since black letters could not be read on its darkest. Colour is never alone: every label
 * begins with ▲ or ▼ and the amount.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  blindSentences,
  type Change,
  changes,
  type Difference,
  type DifferenceNode,
} from './difference.ts'
import { escapeMarkup } from './markup.ts'
import { amount, differenceText, signed } from './text.ts'
import { labelOf } from './tree.ts'

/** A frame in the page: own values in millionths of the unit, so that sums are exact. */
interface PageNode {
  name: string
  role: string
  /** Own, before and after. */
  b: number
  a: number
  /** With what it called, before and after. */
  tb: number
  ta: number
  children?: PageNode[]
}

/** The page as text. Takes some ten milliseconds; 200 kB and the tree. */
export async function differencePage(difference: Difference, workload: string): Promise<string> {
  const { before, after, unit } = difference
  const each = unit === 'µs' ? 'µs of CPU a request' : 'bytes allocated a request'
  const title = `${before.name} to ${after.name}: what grew, what shrank`
  const data = { root: pageNode(difference.root), unit, before: before.name, after: after.name }
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  const blind = blindSentences(difference)
  const scripts = (await library()).map((text) => `<script>${text}</script>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
${scripts}
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
<p><b>${amount(before.total)}</b> to <b>${amount(after.total)}</b> ${each} (${signed(after.total - before.total)})${workload === '' ? '' : ` · ${escapeMarkup(workload)}`}</p>
<p class="legend">
<span><i style="background:${legendColours.grew}"></i>▲ grew</span>
<span><i style="background:${legendColours.shrank}"></i>▼ shrank</span>
<span><i style="background:${legendColours.came}"></i>▲ new: not there before</span>
<span><i style="background:${legendColours.same}"></i>= the same</span>
<span>the stronger the colour, the larger the part of the frame that changed</span>
</p>
<p class="controls">
<span role="group" aria-label="width of the frames">Width:
<button type="button" data-view="larger" aria-pressed="true">the larger of both</button>
<button type="button" data-view="before" aria-pressed="false">${escapeMarkup(before.name)}</button>
<button type="button" data-view="after" aria-pressed="false">${escapeMarkup(after.name)}</button></span>
<label>Find <input id="find" type="search" placeholder="name or role"></label>
<button type="button" id="all">Show all</button>
</p>
<p id="details" aria-live="polite">Point at a frame to read it, click to see it alone.</p>
</header>
<div id="chart" role="img" aria-label="${escapeMarkup(`${title}. The same in words follows below.`)}"></div>
<main>
<h2>What changed most</h2>
<p>Each frame's own time over all its callers, with the kernel below it; ${each}.</p>
${changesTable(changes(difference))}
<details><summary>The whole difference as text</summary>
<pre>${escapeMarkup(differenceText(difference, { columns: 120 }))}</pre></details>
<p class="small">${escapeMarkup(captured(difference))} Two frames are the same where their name, their file and their callers agree; the line does not count, and the same file of two stages is one file. Of the kernel the outermost ${kernelDepth} functions are drawn.${blind.length === 0 ? '' : ` Not seen: ${escapeMarkup(blind.join('; '))}.`}</p>
</main>
<script>const data = ${json}
${behaviour}</script>
</body>
</html>
`
}

function captured({ before, after }: Difference): string {
  const side = ({ name, source, samples, requests, windowSeconds }: Difference['before']) =>
    `${name} by ${source}: ${samples.toLocaleString('en-US')} samples over ${Math.round(requests).toLocaleString('en-US')} requests in ${windowSeconds.toFixed(1)} s.`
  return `${side(before)} ${side(after)}`
}

/** So many kernel frames are shown on top of one another; what is further on counts for the last. */
const kernelDepth = 5

function pageNode(node: DifferenceNode, inKernel = 0): PageNode {
  const fold = inKernel === kernelDepth
  const children = fold
    ? []
    : node.children.map((child) => pageNode(child, child.kind === 'kernel' ? inKernel + 1 : 0))
  const own = fold ? node.total : node.self
  const b = Math.round(own.before * 1e6)
  const a = Math.round(own.after * 1e6)
  const sum = (key: 'tb' | 'ta', own: number) =>
    children.reduce((total, child) => total + child[key], own)
  return {
    name: labelOf(lineless(node)),
    role: node.role,
    ...{ b, a, tb: sum('tb', b), ta: sum('ta', a) },
    ...(children.length === 0 ? {} : { children }),
  }
}

/** The name with the line of the definition, where it is the same in both or only in one. */
function lineless(node: Pick<DifferenceNode, 'name' | 'file' | 'lines'>) {
  const { name, file, lines } = node
  const { before, after } = lines
  const line = before === undefined || after === undefined || before === after
  return {
    name,
    ...(file === undefined ? {} : { file }),
    ...(line && (before ?? after) !== undefined ? { line: (before ?? after)! } : {}),
  }
}

function changesTable(list: readonly Change[]): string {
  const rows = list.map((change) => {
    const sure = change.certain ? '' : ' (may be chance)'
    const kernel =
      change.kernel.before + change.kernel.after > 0 ? ', with the kernel below it' : ''
    return `<tr><td>${amount(change.before)}</td><td>${amount(change.after)}</td><td>${change.change > 0 ? '▲' : '▼'} ${signed(change.change)}</td><td>${escapeMarkup(`${labelOf(lineless(change))}${kernel}${sure}`)}</td><td>${change.role}</td></tr>`
  })
  return `<table><thead><tr><th>before</th><th>after</th><th>change</th><th>frame</th><th>role</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`
}

/**
 * d3-flame-graph and what it wants of d3, in the order in which they want each other, as scripts
 * that a page can run. npm may keep several versions of d3's parts: each is looked for where the one
 * that wants it would find it.
 */
async function library(): Promise<string[]> {
  const here = createRequire(import.meta.url)
  const flame = here.resolve('d3-flame-graph')
  const fromFlame = createRequire(flame)
  const script = (require: NodeJS.Require, name: string) => {
    const entry = require.resolve(name)
    const mark = join('node_modules', name)
    const root = entry.slice(0, entry.lastIndexOf(mark) + mark.length)
    return join(root, 'dist', `${name}.min.js`)
  }
  const fromScale = createRequire(fromFlame.resolve('d3-scale'))
  const fromTransition = createRequire(fromFlame.resolve('d3-transition'))
  const files = [
    script(fromFlame, 'd3-dispatch'),
    script(fromFlame, 'd3-array'),
    script(fromTransition, 'd3-color'),
    script(fromTransition, 'd3-timer'),
    script(fromFlame, 'd3-ease'),
    script(fromFlame, 'd3-selection'),
    script(fromFlame, 'd3-format'),
    script(fromScale, 'd3-time'),
    script(fromScale, 'd3-time-format'),
    script(fromScale, 'd3-interpolate'),
    script(fromFlame, 'd3-scale'),
    script(fromFlame, 'd3-hierarchy'),
    script(fromFlame, 'd3-transition'),
    join(flame, '..', 'd3-flamegraph.umd.min.js'),
  ]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.map((text) => text.replaceAll('</script', '<\\/script'))
}

/** The mapper's colours at full strength, lightened as in the page. */
const legendColours = { grew: '#ee8080', shrank: '#8080ee', came: '#ffdfad', same: '#eeeeee' }

const style = `
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #ffffff; --soft: #595959; --edge: #8a8a8a }
@media (prefers-color-scheme: dark) { :root { --ink: #eeeeee; --paper: #16181b; --soft: #b3b3b3; --edge: #777777 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif }
header { padding: 10px 14px 0 } main { padding: 6px 14px 24px }
h1 { margin: 0; font-size: 20px } h2 { margin: 10px 0 0; font-size: 16px } p { margin: 3px 0 }
.legend span { margin-right: 16px } .legend i { display: inline-block; width: 14px; height: 14px;
  margin-right: 5px; vertical-align: -2px; border: 1px solid var(--edge) }
.controls > * { margin-right: 16px } .small { color: var(--soft); font-size: 12px }
button, input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--edge);
  border-radius: 4px; padding: 1px 8px } button[aria-pressed=true] { font-weight: 700; border-width: 2px }
#details { min-height: 1.45em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
#chart { padding: 0 14px; overflow: hidden }
#chart rect { fill-opacity: 1; stroke: var(--paper) }
#chart .d3-flame-graph-label { color: #000; font-family: inherit; font-size: 12px }
table { border-collapse: collapse } th, td { padding: 1px 12px 1px 0; text-align: right }
th:nth-child(n+4), td:nth-child(n+4) { text-align: left } pre { overflow-x: auto }
@media print { .controls { display: none } }`

/** The page's own script. `data` stands before it; d3 and flamegraph are the library's. */
const behaviour = `
const frames = flamegraph.default
const { differentialColorMapper } = flamegraph.colorMapper
const chartBox = document.getElementById('chart')
const details = document.getElementById('details')
let view = 'larger'
// What the frame is wide for: its own part, in the chosen view.
const widths = { larger: (f) => Math.max(f.b, f.a), before: (f) => f.b, after: (f) => f.a }
const figure = (n) => {
  const value = n / 1e6, size = Math.abs(value)
  return size >= 99.95 ? Math.round(value).toLocaleString('en-US') : value.toFixed(size >= 9.995 ? 1 : 2)
}
const change = (f) => {
  const by = f.ta - f.tb
  if (figure(by).replace('-', '') === '0.00') return '= '
  return by > 0 ? '▲ +' + figure(by) + ' ' : '▼ ' + figure(by) + ' '
}
const kindOf = (f) => f.tb === 0 ? ', new' : f.ta === 0 ? ', gone' : ''
const say = ({ data: f }) => f.name + ' [' + f.role + ']: ' + figure(f.tb) + ' → ' + figure(f.ta) + ' ' +
  data.unit + ' a request (' + change(f).trim() + kindOf(f) + '); itself ' + figure(f.b) + ' → ' + figure(f.a)
// Half white: black letters keep a contrast of 6 to 1 on the darkest.
const lighter = (rgb) => rgb.startsWith('rgb') ? 'rgb(' + rgb.match(/\\d+/g).map((part) => (255 + Number(part)) >> 1).join() + ')' : rgb
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
const chart = frames()
  .width(chartBox.clientWidth - 28).cellHeight(18).minFrameSize(1).selfValue(true).inverted(true)
  .getName(({ data: f }) => change(f) + f.name)
  // Asked for a frame of ours when widths are worked out, for a node of d3's when one is spoken of.
  .getValue((f) => 'data' in f ? f.value : widths[view](f))
  .setLabelHandler(say)
  .setDetailsHandler((text) => { details.textContent = text ?? '' })
  .setSearchHandler((found) => { details.textContent = found.length + ' frames found' })
  .setSearchMatch(({ data: f }, term) => term !== '' && (f.name + ' ' + f.role).toLowerCase().includes(term.toLowerCase()))
  .setColorMapper((node, original) => node.highlight ? '#f5d90a' : lighter(differentialColorMapper({
    data: {}, delta: node.data.ta - node.data.tb, value: Math.max(node.data.tb, node.data.ta),
  }, original)))
const draw = () => {
  // At once, also where nothing is animated: on paper, in a tab that is not looked at.
  chart.transitionDuration(0)
  d3.select(chartBox).datum(structuredClone(data.root)).call(chart)
  for (let i = 0; i < 4; i++) d3.timerFlush()
  // The library lets new boxes grow for a quarter of a second, whatever it is told.
  d3.selectAll('#chart g.frame').each(function () {
    const box = this.querySelector('rect')
    d3.select(box).interrupt()
    box.setAttribute('width', this.getAttribute('width'))
  })
  chart.transitionDuration(calm ? 0 : 250)
}
draw()
const again = () => { chart.destroy(); chart.height(null); draw() }
for (const button of document.querySelectorAll('[data-view]')) {
  button.onclick = () => {
    view = button.dataset.view
    for (const other of document.querySelectorAll('[data-view]')) other.setAttribute('aria-pressed', String(other === button))
    again()
  }
}
const find = document.getElementById('find')
find.oninput = () => find.value === '' ? chart.clear() : chart.search(find.value)
document.getElementById('all').onclick = () => { find.value = ''; chart.clear(); chart.resetZoom() }
addEventListener('resize', () => { chart.width(chartBox.clientWidth - 28); again() })
`
