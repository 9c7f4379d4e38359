/** The looks of the workshop's pages, on a screen and on paper. Paper is white, whatever the screen. */

const colours = `
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

/** Normal pages, A4 or Letter: the printer's own. */
export const handoutStyle = `${colours}
@page { margin: 13mm 14mm }
body { font-size: 15px; line-height: 1.45 }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.7em; margin: 0 0 .4em }
h2 { font-size: 1.2em; margin: 1.3em 0 .4em; padding-top: .5em; border-top: 2px solid var(--rule) }
h3 { font-size: 1em; margin: 1em 0 .3em }
p, ul, ol, table, pre { margin: .45em 0 }
ul, ol { padding-left: 1.3em }
pre { font-size: .85em } code { font-size: .9em } pre code { font-size: 1em }
table { font-size: .92em; table-layout: fixed }
th:first-child { width: 40% }
main > .table td { padding-block: .45em }
@media print {
  body { font-size: 9.6pt; line-height: 1.34 }
  main { max-width: none; padding: 0 }
  h1 { font-size: 16pt } h2 { font-size: 11.5pt; margin-top: .8em; padding-top: .35em }
  p, ul, ol, table, pre { margin: .4em 0 }
  h2 { margin-top: 1em }
}
`

/** One slide fills the window, and one page: Page Down goes on. */
export const slidesStyle = `${colours}
@page { size: landscape; margin: 0 }
html { scroll-snap-type: y mandatory }
section {
  position: relative; width: 100%; height: 100vh; padding: 5vh 6vw 6vh; overflow: hidden;
  display: flex; flex-direction: column; justify-content: center;
  scroll-snap-align: start; break-after: page; break-inside: avoid; border-bottom: 1px solid var(--rule);
  font-size: min(2.5vw, 4.2vh); line-height: 1.4;
}
section:last-child { break-after: auto }
h1 { font-size: 2.3em; margin: 0 0 .5em } h2 { font-size: 1.7em; margin: 0 0 .6em }
h1, h2 { letter-spacing: -.01em } h2 { color: var(--mark) }
p, ul, ol, table, pre { margin: .5em 0 }
li { margin: .25em 0 }
pre { font-size: .8em }
table { font-size: .88em }
img { display: block; max-height: 62vh; margin: 0 auto; width: auto }
footer { position: absolute; right: 3vw; bottom: 2.5vh; font-size: .6em; color: var(--dim) }
@media print { html { scroll-snap-type: none } section { border: 0 } }
`
