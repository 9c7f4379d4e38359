/** An order of some items, made with a button up and a button down beside each. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type FieldProps, SkipButton } from './field.tsx'
import { moved } from './guess.ts'

export function RankingField({ prediction, kept, keep }: FieldProps<'ranking'>) {
  const [order, setOrder] = useState<readonly string[]>(
    Array.isArray(kept) ? kept : prediction.items,
  )
  const given = Array.isArray(kept) ? kept.join('\n') : undefined
  useEffect(() => {
    if (given !== undefined) setOrder(given.split('\n'))
  }, [given])
  const list = useRef<HTMLOListElement>(null)
  const move = (at: number, by: -1 | 1) => {
    const next = moved(order, at, by)
    const item = order[at]!
    setOrder(next)
    keep(next)
    // The focus goes with the item, so that it can be moved on.
    requestAnimationFrame(() => {
      const row = list.current?.children[next.indexOf(item)]
      const wanted = row?.querySelector<HTMLButtonElement>(by === -1 ? '.up' : '.down')
      const other = row?.querySelector<HTMLButtonElement>(by === -1 ? '.down' : '.up')
      ;(wanted?.disabled === true ? other : wanted)?.focus()
    })
  }
  return (
    <>
      <ol class="ranking" ref={list}>
        {order.map((item, at) => (
          <li key={item}>
            <button
              type="button"
              class="up"
              disabled={at === 0}
              aria-label={`${item}: up, from place ${at + 1}`}
              onClick={() => move(at, -1)}
            >
              ↑
            </button>
            <button
              type="button"
              class="down"
              disabled={at === order.length - 1}
              aria-label={`${item}: down, from place ${at + 1}`}
              onClick={() => move(at, 1)}
            >
              ↓
            </button>{' '}
            {item}
          </li>
        ))}
      </ol>
      <p>
        <button type="button" onClick={() => keep(order)}>
          This is my order
        </button>{' '}
        <SkipButton kept={kept} keep={keep} />
      </p>
    </>
  )
}
