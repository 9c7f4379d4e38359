/** Small parts that several views show. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Note } from '../experiment/comparison-notes.ts'

/**
 * What may be wider or longer than its place. The keyboard can scroll it, too.
 * @param label what is in it; a screen reader says it when the focus comes to it
 */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}

/** The head of a table that has a word for each column. */
export function TableHead({ heads }: { heads: readonly string[] }) {
  return (
    <thead>
      <tr>
        {heads.map((head) => (
          <th key={head} scope="col">
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

/** Sentences about figures; those that take something away from them are marked. */
export function Notes({ notes }: { notes: readonly Note[] }) {
  return (
    <>
      {notes.map(({ text, warns }) => (
        <p key={text} class={warns ? 'note' : 'lead dim'}>
          {warns ? '⚠ ' : ''}
          {text}
        </p>
      ))}
    </>
  )
}

interface SwitchShown<Name extends string> {
  label: string
  options: Record<Name, string>
  value: Name
  choose: (name: Name) => void
}

/** A choice between a few words, of which one holds. */
export function Switch<Name extends string>(shown: SwitchShown<Name>) {
  const { label, options, value, choose } = shown
  return (
    <fieldset class="switch" aria-label={label}>
      <span class="dim" aria-hidden="true">
        {label}
      </span>
      {(Object.entries(options) as [Name, string][]).map(([name, text]) => (
        <button key={name} type="button" aria-pressed={name === value} onClick={() => choose(name)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}

/** Whether the window is as a media query says, and a new drawing when that changes. */
export function useMedia(query: string): boolean {
  const [fits, setFits] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const changed = () => setFits(list.matches)
    changed()
    list.addEventListener('change', changed)
    return () => list.removeEventListener('change', changed)
  }, [query])
  return fits
}

/** How wide an element is now, px; 0 before it is there. */
export function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
  return width
}
