/** A file of source with numbered lines. */

interface Shown {
  /** HTML of each line. */
  lines: readonly string[]
  /** The number of its first line; default 1. */
  first?: number
  /** The number of each line, if some were left out. */
  numbers?: readonly number[]
  /** Lines to be marked, by their numbers. */
  marked?: { from: number; to: number } | undefined
  /** What the element is called of the first line that is marked. */
  markedId?: string
  label: string
}

export function SourceText({ lines, first = 1, numbers, marked, markedId, label }: Shown) {
  const isMarked = (number: number) =>
    marked !== undefined && marked.from <= number && number <= marked.to
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach that
    <section class="numbered" tabIndex={0} aria-label={label}>
      <pre>
        {lines.map((html, at) => {
          const number = numbers?.[at] ?? first + at
          const id = number === marked?.from ? markedId : undefined
          return (
            <span
              key={number}
              class={isMarked(number) ? 'line marked' : 'line'}
              id={id}
              tabIndex={id === undefined ? undefined : -1}
            >
              <span class="line-no" data-number={number} />
              <span dangerouslySetInnerHTML={{ __html: html === '' ? ' ' : html }} />
            </span>
          )
        })}
      </pre>
    </section>
  )
}
