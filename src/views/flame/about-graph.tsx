/** What is around a graph: what its colours and keys mean, how it was taken, and all of it as text. */
import { useMemo, useState } from 'preact/hooks'
import { besideArticle, durationText, provenance } from '../../flame/caption.ts'
import { colourNote } from '../../flame/colours.ts'
import { blindSentences, shareNote, unitText } from '../../flame/difference.ts'
import { groupWord } from '../../flame/groups.ts'
import { amount, differenceText, flameText } from '../../flame/text.ts'
import { counted } from '../../measure/format.ts'
import { Scroll } from '../parts.tsx'
import type { FlameViewData } from './flame-view-data.ts'
import { changeText } from './model.ts'
import { changeColours, type Palette } from './paint.ts'

export function DifferenceHead({
  data: { difference },
  palette,
}: {
  data: FlameViewData & { kind: 'difference' }
  palette: Palette
}) {
  const { before, after, unit } = difference
  const byShare = shareNote(difference)
  const key = (colour: string, text: string) => (
    <span>
      <i style={{ background: colour }} />
      {text}
    </span>
  )
  return (
    <>
      <p class="change">
        {before.name} to {after.name}:{' '}
        {byShare ?? (
          <>
            <b>
              {amount(before.total)} to {amount(after.total)}
            </b>{' '}
            {unitText(unit)}, {changeText(before.total, after.total)}
          </>
        )}
      </p>
      <p class="keys small">
        {key(changeColours.grew, '▲ grew')}
        {key(changeColours.shrank, '▼ shrank')}
        {key(changeColours.came, '▲ new')}
        {key(palette.pale, '= the same, or ~ may be chance')}
        <span class="dim">the stronger the colour, the larger the part that changed</span>
      </p>
    </>
  )
}

export function Help({ data }: { data: FlameViewData }) {
  return (
    <details class="small">
      <summary>Keys and colours</summary>
      <p>
        Click a frame to zoom to it. With the keys: arrows walk from frame to frame,{' '}
        <kbd>Enter</kbd> opens and zooms, <kbd>z</kbd> only zooms, <kbd>s</kbd> callers and callees,{' '}
        <kbd>Esc</kbd> one level up, <kbd>Home</kbd> the whole graph, <kbd>/</kbd> find.
      </p>
      <p>
        Self: time on top of the stack. Total: self and what it called.{' '}
        {data.kind === 'profile'
          ? `The colour is the ${groupWord(data.tree)}; ${colourNote(data.tree)}.`
          : 'Outlined: code that you can change.'}
      </p>
    </details>
  )
}

/** How a profile was taken, and what it does not show. */
export function AboutProfile({ data }: { data: FlameViewData }) {
  const facts = data.notes.map(({ text, warns }) => (warns ? null : <p key={text}>{text}</p>))
  if (data.kind === 'difference') {
    const { before, after } = data.difference
    const blind = blindSentences(data.difference)
    const sides = [before, after].map(({ name, source, samples, requests, windowSeconds }) =>
      [
        `${name} by ${source}: ${counted(samples, 'sample')}`,
        ...(requests === undefined ? [] : [` over ${counted(Math.round(requests), 'request')}`]),
        // A file of another tool may not say how long it was recorded.
        ...(windowSeconds > 0 ? [` in ${durationText(windowSeconds)}`] : []),
        '.',
      ].join(''),
    )
    return (
      <section
        class="profile-notes"
        id="profile-notes"
        aria-label="How far the graph can be trusted"
      >
        {data.caption.workload === '' ? null : <p>{data.caption.workload}.</p>}
        <p>
          {sides.join(' ')} Two frames are the same if their name, their file and their callers are;
          lines do not count, and the same file of two stages is one file.
        </p>
        <NotSeen texts={blind} />
        {facts}
      </section>
    )
  }
  const { tree, caption } = data
  const article = besideArticle(tree)
  return (
    <section class="profile-notes" id="profile-notes" aria-label="How far the graph can be trusted">
      {article === '' ? null : <p>{article}</p>}
      <p>
        {provenance(tree, caption)} <span class="dim">({tree.method})</span>
      </p>
      <NotSeen texts={tree.blind} />
      {facts}
    </section>
  )
}

/** What the profiler could not sample: a sentence, or a list of several. */
function NotSeen({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return null
  if (texts.length === 1) return <p>Not seen: {texts[0]}.</p>
  return (
    <>
      <p>Not seen:</p>
      <ul>
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  )
}

export function WholeText({ data }: { data: FlameViewData }) {
  const [open, setOpen] = useState(false)
  const text = useMemo(() => {
    if (!open) return ''
    return data.kind === 'profile'
      ? flameText(data.tree, data.caption.title, { columns: 100 })
      : differenceText(data.difference, { columns: 100 })
  }, [data, open])
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The whole graph as text</summary>
      <Scroll label="The flame graph as text">
        <pre class="output" id="flame-text">
          {text}
        </pre>
      </Scroll>
    </details>
  )
}
