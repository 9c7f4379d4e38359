/** The article's own figures, and its proportions beside ours. */
import { useMemo } from 'preact/hooks'
import type { ArticleResult } from '../../article/figures.ts'
import { tableTitle } from '../../experiment/comparison-notes.ts'
import { boundMark, boundText } from '../../load/bottleneck.ts'
import { figures, whole } from '../../measure/format.ts'
import { Scroll, TableHead } from '../parts.tsx'
import { Chart } from './chart.tsx'
import { drawAmounts } from './draw.ts'
import { articleBars, colourOf, rowsOf } from './figures.ts'
import type { TableProps } from './sections.tsx'

type ArticleProps = TableProps & { article: readonly ArticleResult[] }

export function ArticleSection({ table, comparison, article }: ArticleProps) {
  return useMemo(() => {
    const bars = articleBars(table, comparison, article)
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const theirs = article.filter(({ test }) => test === table.test)
    if (theirs.length === 0) return null
    return (
      <section aria-labelledby="article">
        <h2 id="article">The article beside ours</h2>
        <p class="lead">
          The article compares its finished server with Redis on a machine of its own, which it does
          not name, with 50 clients, a 3-byte payload and no pipelining. Compare proportions only.
        </p>
        <div class="charts">
          {bars.length === 0 ? null : (
            <Chart
              title={`Throughput relative to each one’s own Redis: ${tableTitle(table, comparison)}`}
              note={`more is better; its Zedis: the article’s server${
                bars.some(({ text }) => text.startsWith(boundMark)) ? `; ${boundText()}` : ''
              }`}
              draw={drawAmounts({
                bars,
                colour: (name) =>
                  name === 'its Zedis' ? 'var(--article)' : colourOf(name.toLowerCase(), names),
                axis: 'of the throughput of Redis →',
              })}
              table={{
                heads: ['Target', 'of the throughput of its Redis'],
                rows: bars.map(({ name, text }) => [name, text]),
              }}
            />
          )}
          <Scroll label={`The article’s own figures of ${table.test.toUpperCase()}`}>
            <table>
              <caption>
                The article’s own figures of {table.test.toUpperCase()}, on its own machine
              </caption>
              <TableHead
                heads={['Target', 'requests per second', 'p50, ms', 'p95, ms', 'p99, ms']}
              />
              <tbody>
                {theirs.map(({ server, requestsPerSecond, latency }) => (
                  <tr key={server}>
                    <th scope="row">{server}</th>
                    <td>{whole(requestsPerSecond)}</td>
                    <td>{figures(latency.p50)}</td>
                    <td>{figures(latency.p95)}</td>
                    <td>{figures(latency.p99)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </div>
      </section>
    )
  }, [table, comparison, article])
}
