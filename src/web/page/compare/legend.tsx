/** Which line or box of a chart is whose. */

export interface LegendItem {
  name: string
  /** CSS. */
  colour: string
  /** Of a line, '' for a whole one; null: it is a box. */
  dash: string | null
  /** What it stands for, where its name does not say. */
  means?: string
}

export function Legend({ items }: { items: readonly LegendItem[] }) {
  return (
    <ul class="legend">
      {items.map(({ name, colour, dash, means }) => (
        <li key={name} {...(means === undefined ? {} : { title: means })}>
          {dash === null ? (
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" fill={colour} />
            </svg>
          ) : (
            <svg width="34" height="10" aria-hidden="true">
              <line
                {...{ x1: 0, x2: 34, y1: 5, y2: 5 }}
                stroke={colour}
                stroke-width="2.5"
                stroke-dasharray={dash}
              />
            </svg>
          )}
          {name}
        </li>
      ))}
    </ul>
  )
}
