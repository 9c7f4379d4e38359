/** The looks of the comparison's page. The colours tell eight series apart, also for the colour-blind. */
export const style = `
:root {
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d2127; --dim: #646b75; --rule: #e2dfd9;
  --redis: #8b929c; --article: #c9a227; --good: #14713d; --bad: #b3261e; --maybe: #8a5a00;
  --series-1: #c2452d; --series-2: #d98324; --series-3: #3b7fc4; --series-4: #1b8a6b;
  --series-5: #7a56b3; --series-6: #b04a86; --series-7: #5f7d2a; --series-8: #7d6150;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e8e6e1; --dim: #9aa2ad; --rule: #30363e;
    --redis: #88909b; --article: #d9b53f; --good: #5cc98c; --bad: #ff8a7d; --maybe: #e3b15a;
    --series-1: #f0745a; --series-2: #f0a04b; --series-3: #6aaaf0; --series-4: #45c49d;
    --series-5: #a98be0; --series-6: #e07fb8; --series-7: #a4c264; --series-8: #c3a18d;
  }
}
* { box-sizing: border-box }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 80rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { margin: 0 0 .4rem; font-size: 2rem; letter-spacing: -.02em; line-height: 1.2 }
h2 { margin: 0 0 1rem; font-size: 1.25rem }
h3 { margin: 1.2rem 0 .4rem; font-size: 1rem }
p { margin: .3rem 0; max-width: 62rem }
header { margin-bottom: 2rem }
section {
  margin: 0 0 1.5rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--rule);
  border-radius: 10px;
}
.dim { color: var(--dim); font-size: .875rem }
.warning { color: var(--maybe) }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 0 2rem }
figure { margin: 0 0 1.25rem; max-width: 42rem }
figcaption { margin-bottom: .5rem; font-weight: 600 }
figcaption .dim { font-weight: 400; margin-left: .4rem }
svg { display: block; width: 100%; height: auto; overflow: visible }
svg text { fill: var(--ink); font: 14px system-ui, -apple-system, "Segoe UI", sans-serif }
svg .tick { fill: var(--dim); font-size: 12.5px }
svg .value { font-variant-numeric: tabular-nums }
svg .note { fill: var(--dim); font-size: 12.5px }
svg .axis, svg .grid { stroke: var(--rule) }
svg .whisker { stroke: var(--ink); stroke-width: 1.6; fill: none }
svg .line { fill: none; stroke-width: 2.2; stroke-linejoin: round }
.scroll { overflow-x: auto; margin-top: .5rem }
table { width: 100%; border-collapse: collapse; font-size: .78rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .4rem; text-align: right; vertical-align: top; white-space: nowrap; border-bottom: 1px solid var(--rule) }
thead th { color: var(--dim); font-weight: 500; vertical-align: bottom }
thead tr:last-child th { white-space: normal }
thead tr:first-child th { border-bottom: 0; padding-bottom: 0; text-align: center }
tbody th { text-align: left; font-weight: 600 }
tr.twin th, tr.twin td { color: var(--dim); font-weight: 400 }
.without { color: var(--dim); font-weight: 400; margin-left: .5rem }
td small { display: block; color: var(--dim) }
.faster { color: var(--good) } .slower { color: var(--bad) } .inconclusive { color: var(--maybe) }
ul { margin: .3rem 0; padding-left: 1.2rem } li { margin: .25rem 0 }
@media print { section { break-inside: avoid } body { padding: 0 } }
`
