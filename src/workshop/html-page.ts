/** The workshop's pages: their frame and their styles, for the screen and for paper. */
import { escapeMarkup } from '../flame/markup.ts'

/**
 * A page that loads nothing: the style is in it, and there is no script.
 * @param body HTML
 */
export function htmlPage(title: string, style: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Paper is white, also when the screen is dark. */
const base = `
:root { --paper: #ffffff; --ink: #1d2127; --dim: #646b75; --rule: #d9d5ce; --code: #f4f2ee; --mark: #b3411f }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e8e6e1; --dim: #9aa2ad; --rule: #3a414b; --code: #20252c; --mark: #f0916f }
}
@media print { :root { color-scheme: light } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
h1, h2, h3 { line-height: 1.2; break-after: avoid }
a { color: inherit }
code, pre { font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; background: var(--code) }
code { padding: .08em .25em; border-radius: 3px; white-space: nowrap }
pre { padding: .6em .8em; border-radius: 5px; white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid }
pre code { padding: 0; background: none; white-space: inherit }
table { border-collapse: collapse; break-inside: avoid; width: 100% }
th, td { padding: .25em .5em; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule) }
.align-right { text-align: right }
img { max-width: 100%; height: auto; background: #ffffff; break-inside: avoid }
li { break-inside: avoid }
hr { border: 0; border-top: 1px solid var(--rule) }
@media print { body { -webkit-print-color-adjust: exact; print-color-adjust: exact } }
`

/** Two sheets of paper, A4 or Letter: a test counts them. */
export const handoutStyle = `${base}
@page { margin: 11mm 14mm }
body { font-size: 15px; line-height: 1.45 }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.7em; margin: 0 0 .4em }
h2 { font-size: 1.2em; margin: 1.3em 0 .4em; padding-top: .5em; border-top: 2px solid var(--rule) }
h3 { font-size: 1em; margin: 1em 0 .3em }
p, ul, ol, table, pre { margin: .45em 0 }
ul, ol { padding-left: 1.3em }
pre { font-size: .85em } code { font-size: .9em } pre code { font-size: 1em }
table { font-size: .92em; table-layout: fixed }
th:first-child { width: 46% }
main > .table td { padding-block: .45em }
h2 + p { break-after: avoid }
.table + p { break-before: avoid }
@media print {
  body { font-size: 9.2pt; line-height: 1.3 }
  main { max-width: none; padding: 0 }
  h1 { font-size: 16pt; margin: 0 } h2 { font-size: 11pt; margin: .8em 0 .2em; padding-top: .3em }
  p, ul, ol, table, pre { margin: .25em 0 }
  main > .table td { padding-block: .5em }
  main > .table:first-of-type td { padding-block: .12em }
  img { max-height: 40mm; width: auto }
}
`

/** A slide fills the window, and a sheet of paper. */
export const slidesStyle = `${base}
@page { size: landscape; margin: 0 }
html { scroll-snap-type: y mandatory }
section {
  position: relative; width: 100%; height: 100vh; padding: 5vh 6vw 6vh; overflow: hidden;
  display: flex; flex-direction: column; justify-content: center;
  scroll-snap-align: start; break-after: page; break-inside: avoid; border-bottom: 1px solid var(--rule);
  font-size: max(14px, min(2.5vw, 4.2vh)); line-height: 1.4;
}
section:last-child { break-after: auto }
h1 { font-size: 2.3em; margin: 0 0 .5em } h2 { font-size: 1.7em; margin: 0 0 .6em }
h1, h2 { letter-spacing: -.01em } h2 { color: var(--mark) }
p, ul, ol, table, pre { margin: .5em 0 }
li { margin: .25em 0 }
pre { font-size: .74em }
table { font-size: .88em }
img { display: block; max-height: 66vh; margin: 0 auto; width: auto }
section:has(img) { padding-block: 3vh }
section:has(img) h2 { font-size: 1.4em; margin-bottom: .3em }
section:has(pre) img { max-height: 40vh }
footer { position: absolute; right: 3vw; bottom: 2.5vh; font-size: .6em; color: var(--dim) }
@media print { html { scroll-snap-type: none } section { border: 0 } }
`

/** Sections with charts (see `barChart`) and wide tables. */
export const roomStyle = `${base}
:root {
  --card: #ffffff; --redis: #8b929c; --good: #14713d; --bad: #b3261e; --maybe: #8a5a00;
  --series-1: #c2452d; --series-2: #d98324; --series-3: #3b7fc4; --series-4: #1b8a6b;
  --series-5: #7a56b3; --series-6: #b04a86; --series-7: #5f7d2a; --series-8: #7d6150;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --card: #1c2026; --redis: #88909b; --good: #5cc98c; --bad: #ff8a7d; --maybe: #e3b15a;
    --series-1: #f0745a; --series-2: #f0a04b; --series-3: #6aaaf0; --series-4: #45c49d;
    --series-5: #a98be0; --series-6: #e07fb8; --series-7: #a4c264; --series-8: #c3a18d;
  }
}
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 80rem; font-size: 16px; line-height: 1.5 }
header { margin: 0 0 1.25rem }
h1 { margin: 0 0 .4rem; font-size: 2rem }
h2 { margin: 0 0 1rem; font-size: 1.25rem }
p { margin: .3rem 0; max-width: 62rem }
section { margin: 0 0 1.5rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--rule); border-radius: 10px }
.dim { color: var(--dim); font-size: .875rem } .warning { color: var(--maybe) }
.equal { color: var(--good) } .different { color: var(--bad) }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 0 2rem }
figure { margin: 0 0 1.25rem; max-width: 42rem }
figcaption { margin-bottom: .5rem; font-weight: 600 }
figcaption .dim { font-weight: 400; margin-left: .4rem }
svg { display: block; width: 100%; height: auto; overflow: visible }
svg text { fill: var(--ink); font: 14px system-ui, -apple-system, "Segoe UI", sans-serif }
svg .value { font-variant-numeric: tabular-nums }
svg .note { fill: var(--dim); font-size: 12.5px }
svg .axis { stroke: var(--rule) }
svg .whisker { stroke: var(--ink); stroke-width: 1.6; fill: none }
.scroll { overflow-x: auto; margin-top: .5rem }
table { font-size: .78rem; font-variant-numeric: tabular-nums; break-inside: auto }
th, td { text-align: right; white-space: nowrap }
thead th { color: var(--dim); font-weight: 500; vertical-align: bottom }
thead tr + tr th { white-space: normal }
tbody th { text-align: left }
table.left td { text-align: left; white-space: normal }
@media print { section { break-inside: avoid } body { padding: 0 } }
`
