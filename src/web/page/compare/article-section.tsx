/** The article's figures beside ours, as proportions. */
import { useMemo } from 'preact/hooks'
import { figures, whole } from '../../../report/format.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { ArticleResult } from '../../api-types.ts'
import { articleBars } from './article.ts'
import { Chart } from './chart.tsx'
import { colourOf } from './colours.ts'
import { drawBars } from './draw-bars.ts'
import type { TableProps } from './table-section.tsx'
import { rowsOf, shortTitle } from './tables.ts'

type Props = TableProps & { article: readonly ArticleResult[] }

export function ArticleSection({ table, comparison, source, article }: Props) {
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
              title={`Throughput, where each one’s Redis is 1: ${shortTitle(table, comparison)}`}
              note="more is better; striped: the load generator’s limit"
              draw={drawBars({
                bars,
                colour: (name) =>
                  name.startsWith('the article')
                    ? 'var(--article)'
                    : colourOf(name.toLowerCase(), names),
                axis: 'of the throughput of Redis →',
              })}
              table={{
                heads: ['Server', 'of the throughput of its Redis'],
                rows: bars.map(({ name, value }) => [name, figures(value)]),
              }}
              source={source}
            />
          )}
          <Scroll label={`The article’s own figures of ${table.test.toUpperCase()}`}>
            <table>
              <caption>
                The article’s own figures of {table.test.toUpperCase()}, on its own machine
              </caption>
              <thead>
                <tr>
                  {['Server', 'requests a second', 'p50, ms', 'p95, ms', 'p99, ms'].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
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
  }, [table, comparison, source, article])
}
