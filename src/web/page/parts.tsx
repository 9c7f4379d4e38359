/** Small parts that several pages show. */
import type { ComponentChildren } from 'preact'
import type { Failure, ResultCard } from '../api-types.ts'
import { type Asked, dataOf } from './data.ts'

/** What went wrong, what it usually means, and what to do. */
export function Refusal({ failure }: { failure: Failure }) {
  return (
    <div class="refusal" role="alert">
      <p>
        <b>✗ {failure.happened}</b>
      </p>
      {failure.means === undefined ? null : <p>{failure.means}</p>}
      {failure.next === undefined ? null : <p>→ {failure.next}</p>}
    </div>
  )
}

/** What was asked for when it is here; a word while it is not; the reason where it never will be. */
export function Here<T>({
  asked,
  children,
}: {
  asked: Asked<T>
  children: (data: T) => ComponentChildren
}) {
  if (asked.state === 'refused') return <Refusal failure={asked.failure} />
  const data = dataOf(asked)
  if (data === undefined) return <p class="waiting">A moment.</p>
  return <>{children(data)}</>
}

/** HTML that the lab's server has made of the lab's own text. */
export function Html({ html, className }: { html: string; className?: string }) {
  return <div class={className} dangerouslySetInnerHTML={{ __html: html }} />
}

/** Where a result comes from: never to be taken for one's own where it is not. */
export function Origin({ result }: { result: ResultCard }) {
  const recorded = result.id === 'reference'
  const when = new Date(result.at).toLocaleString()
  return (
    <p class="origin">
      <span class={recorded ? 'tag recorded' : 'tag own'}>
        {recorded ? 'recorded, not run here' : 'run here'}
      </span>{' '}
      {when}
      {result.machine === null ? '' : ` on ${result.machine}`}
      {result.load === null ? '' : `. ${result.load}`}
    </p>
  )
}
