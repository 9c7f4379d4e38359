/** A stage's chapter, in which each step is done where the text speaks of it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Switch, useMedia } from '../../../views/parts.tsx'
import type { ChapterData, ChapterPiece, DiffData, StageCard } from '../../api/index.ts'
import { dataOf, path, useData, useLab } from '../lab.ts'
import { Here } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { openPredictions } from '../run/guess.ts'
import { again, hunkId, useReveal } from '../stage/places.ts'
import { Piece } from './chapter-piece.tsx'
import type { NamedFrame } from './frame-names.ts'
import { RestOfDiff } from './hunk.tsx'
import { type PointedName, type Reading, ReadingContext } from './reading.ts'

const forms = { below: 'Line by line', beside: 'Side by side' } as const
type Form = keyof typeof forms

/** As the reader left it, for the next stage too; undefined: as the window has room. */
const chosen: { form: Form | undefined } = { form: undefined }

/** Stages of which the reader asked for the recorded answers without guessing. */
const unveiled = new Set<string>()

export function ChapterView({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { stages, course } = useLab()
  const before = stages.find(({ number }) => number === stage.number - 1)
  const chapter = useData<ChapterData>(
    stage.chapter === null ? undefined : path(['chapter', stage.chapter]),
  )
  const diff = useData<DiffData>(
    before === undefined ? undefined : path(['diff', before.id, stage.id]),
  )
  const [form, setForm] = useState(chosen.form)
  const [asked, setAsked] = useState(unveiled.has(stage.id))
  const [frames, setFrames] = useState<readonly NamedFrame[]>([])
  const article = useRef<HTMLElement>(null)
  const pointed = usePointedName(article, dataOf(chapter) !== undefined)
  const room = useMedia('(min-width: 100rem)')
  const wide = useMedia('(min-width: 60rem)')
  const shownForm = form ?? (room ? 'beside' : 'below')

  // Links between chapters name a heading.
  const [hunk, piece] = [query.get('hunk'), query.get('piece') ?? query.get('at')]
  const ready = dataOf(chapter) !== undefined && (before === undefined || diff.state === 'here')
  useReveal(hunk === null ? piece : hunkId(hunk), ready)

  const progress = course.lessons[stage.id]
  const isOpen = openPredictions(stage.lesson.predictions, progress?.guesses) > 0
  const reading: Reading = {
    ...{ stage, piece, hunk, frames, pointed },
    diff: dataOf(diff),
    beside: wide && shownForm === 'beside',
    isVeiled: isOpen && progress?.run == null && !asked,
    unveil() {
      unveiled.add(stage.id)
      setAsked(true)
    },
    showsFrames: setFrames,
  }
  const choice =
    before === undefined || !wide ? null : (
      <Switch
        label={`From ${before.id} to ${stage.id}`}
        options={forms}
        value={shownForm}
        choose={(form) => {
          chosen.form = form
          setForm(form)
        }}
      />
    )
  return (
    <ReadingContext.Provider value={reading}>
      <Here asked={chapter}>
        {({ pieces }) => (
          <>
            <Contents number={stage.number} pieces={pieces} />
            <article class="chapter" ref={article}>
              {partsOf(pieces).map((part) => (
                <div key={part[0]!.id} class={`part ${part[0]!.part ?? ''}`}>
                  {part.map((one, at) => (
                    <Piece key={one.id} piece={one} before={part[at - 1]}>
                      {at === 0 && one.part === 'diff' ? choice : null}
                    </Piece>
                  ))}
                  {part[0]!.part === 'diff' ? <RestOfDiff pieces={pieces} /> : null}
                </div>
              ))}
            </article>
          </>
        )}
      </Here>
    </ReadingContext.Provider>
  )
}

/** The pieces by the heading of the second level that they are under. */
function partsOf(pieces: readonly ChapterPiece[]): ChapterPiece[][] {
  const parts: ChapterPiece[][] = []
  for (const piece of pieces) {
    const last = parts.at(-1)
    if (last?.[0]?.section === piece.section) last.push(piece)
    else parts.push([piece])
  }
  return parts
}

function Contents({ number, pieces }: { number: number; pieces: readonly ChapterPiece[] }) {
  const headings = pieces.flatMap(({ heading }) => (heading?.level === 2 ? [heading] : []))
  return (
    <nav class="contents" aria-label="In this chapter">
      <ul>
        {headings.map(({ id, text }) => (
          <li key={id}>
            <a href={stageAddress(number, 'chapter', { at: id })} onClick={again(id)}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The name of a frame in the prose under the pointer or with the focus; the last that was pressed. */
function usePointedName(
  article: { current: HTMLElement | null },
  isThere: boolean,
): PointedName | undefined {
  const [over, setOver] = useState<string>()
  const [pressed, setPressed] = useState<PointedName>()
  useEffect(() => {
    const element = article.current
    if (element === null) return
    const nameOf = ({ target }: Event) =>
      (target as Element).closest<HTMLElement>('[data-frame]')?.dataset.frame
    const enter = (event: Event) => setOver(nameOf(event))
    const leave = () => {
      setOver(undefined)
      setPressed(undefined)
    }
    const press = (event: Event) => {
      const name = nameOf(event)
      if (name !== undefined) setPressed({ name, select: true })
    }
    const heard = {
      mouseover: enter,
      focusin: enter,
      mouseout: leave,
      focusout: leave,
      click: press,
    }
    for (const [name, hear] of Object.entries(heard)) element.addEventListener(name, hear)
    return () => {
      for (const [name, hear] of Object.entries(heard)) element.removeEventListener(name, hear)
    }
  }, [isThere])
  return useMemo(() => {
    if (over === undefined) return undefined
    return pressed?.name === over ? pressed : { name: over, select: false }
  }, [over, pressed])
}
