/** The article's finished server beside its Redis, and ours beside ours: Redis is 1 in both. */
import { figures } from '../../../report/format.ts'
import type { ArticleResult, Comparison } from '../../api-types.ts'
import type { Bar } from './bars.ts'
import { rowsOf, type Table } from './tables.ts'

/**
 * Proportions under the article's load. Absolute figures of two machines are never set side by side.
 * @returns none where the load is another one, or there is no Redis among the targets
 */
export function articleBars(
  table: Table,
  comparison: Comparison,
  article: readonly ArticleResult[],
): Bar[] {
  const of = (server: ArticleResult['server']) =>
    article.find((result) => result.server === server && result.test === table.test)
  const [zedis, theirs] = [of('Zedis'), of('Redis')]
  const rows = rowsOf(table, comparison)
  const redis = rows.find(({ target }) => target === 'redis')
  const { pipeline, clients, payload } = comparison.plan.workloads[table.workload]!
  if (pipeline !== 1 || clients !== 50 || payload !== 3) return []
  if (redis === undefined || zedis === undefined || theirs === undefined) return []
  const bar = (name: string, value: number, note = '', bound = false): Bar => {
    const text = `${figures(value)} of Redis${note}`
    return { name, value, parts: [], low: null, high: null, text, inconclusive: false, bound }
  }
  const ours = rows
    .filter(({ target }) => target !== 'redis')
    .map(({ target, requestsPerSecond, clientBound }) =>
      bar(
        target,
        requestsPerSecond / redis.requestsPerSecond,
        clientBound ? ', client-bound' : '',
        clientBound,
      ),
    )
  return [
    bar('Redis', 1),
    bar('the article: Zedis', zedis.requestsPerSecond / theirs.requestsPerSecond),
    ...ours,
  ]
}
