/** A piece of a chapter: its heading, what belongs there, and the paragraphs that follow. */
import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { useMedia } from '../../../views/parts.tsx'
import type { ChapterPiece, PieceKind } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { useLeadTo } from '../lead-to.ts'
import { Html, Lazy } from '../parts.tsx'
import { Questions } from '../run/after-run.tsx'
import { Guesses, JudgedGuesses } from '../run/judged-guesses.tsx'
import { LessonCode, PredictionFields } from '../run/predict.tsx'
import { RunHere } from '../run/run-panel.tsx'
import { ownRunOf } from '../run/start-run.tsx'
import { reveal } from '../stage/places.ts'
import { markFrameNames } from './frame-names.ts'
import { Hunks } from './hunk.tsx'
import { Large } from './large.tsx'
import { LookGraph } from './look-graph.tsx'
import { useReading } from './reading.ts'

/** They give the answers away. */
const revealing: readonly PieceKind[] = ['recorded', 'flame', 'flame-text']

interface Shown {
  piece: ChapterPiece
  /** The one before it in the same part. */
  before: ChapterPiece | undefined
  /** Below the heading. */
  children?: ComponentChildren
}

export function Piece({ piece, before, children }: Shown) {
  const { isVeiled, piece: marked } = useReading()
  const { id, kind, heading, wordsHtml } = piece
  const look = id === marked ? 'piece marked' : 'piece'
  if (isVeiled && revealing.includes(kind)) {
    // One veil is enough for several pieces in a row.
    const first = before === undefined || !revealing.includes(before.kind)
    return (
      <section id={id} class={look} tabIndex={-1}>
        {first ? <Veil /> : null}
      </section>
    )
  }
  return (
    <>
      {kind === 'flame' ? <LookGraph /> : null}
      <section id={id} class={look} tabIndex={-1}>
        {heading === null || heading.level === 1 ? null : <Heading {...heading} />}
        {children}
        <Content piece={piece} />
        {wordsHtml === '' ? null : <Words piece={piece} />}
      </section>
    </>
  )
}

function Heading({ level, text, id }: { level: number; text: string; id: string }) {
  return level === 2 ? (
    <h2 id={id} tabIndex={-1}>
      {text}
    </h2>
  ) : (
    <h3 id={id} tabIndex={-1}>
      {text}
    </h3>
  )
}

function Veil() {
  const { unveil, stage } = useReading()
  return (
    <div class="veil">
      <p>
        What was recorded of stage {stage.number} is shown here once you have guessed. “I do not
        know” counts as a guess.
      </p>
      <p>
        <button type="button" onClick={unveil}>
          Show the recorded answer
        </button>
      </p>
    </div>
  )
}

function Content({ piece }: { piece: ChapterPiece }) {
  const { stage } = useReading()
  const { kind, block, blockHtml } = piece
  switch (kind) {
    case 'predict':
      return <Predict />
    case 'run':
      return <Run />
    case 'diff':
      return <Hunks piece={piece} />
    case 'questions':
      return (
        <div class="run-panel">
          <Questions taught={stage} all />
        </div>
      )
    case 'task':
      return (
        <Lazy
          load={() => import('../task/task-panel.tsx').then((file) => file.TaskPanel)}
          props={{ taught: stage }}
        />
      )
    case 'slider':
      return (
        <div class="run-panel">
          <Lazy
            load={() =>
              import('../slider/slider-experiment.tsx').then((file) => file.SliderExperiment)
            }
            props={{ id: block!.words[0]! }}
          />
        </div>
      )
    case 'flame':
    case 'flame-text':
      return null
    default:
      if (blockHtml === '') return null
      // Sentences have room already.
      if (/<img\b/.test(blockHtml)) return <Picture html={blockHtml} />
      if (!/<(?:pre|table)\b/.test(blockHtml)) return <Html className="block" html={blockHtml} />
      return (
        <Large label={labelOf(block)} lines={linesOf(blockHtml)}>
          {() => <Html className="block" html={blockHtml} />}
        </Large>
      )
  }
}

/** In a narrow window its letters are small, so it opens large there. */
function Picture({ html }: { html: string }) {
  const narrow = useMedia('(max-width: 44rem)')
  return (
    <Large label="The chart" lines={narrow ? Number.POSITIVE_INFINITY : 0}>
      {() => <Html className="block" html={html} />}
    </Large>
  )
}

/** Of text, or rows of a table. */
function linesOf(html: string): number {
  return html.trim().split('\n').length
}

function labelOf(block: ChapterPiece['block']): string {
  const words = block?.words.join(' ') ?? ''
  switch (block?.kind) {
    case 'output':
      return `Output of npm run ${words}`
    case 'figures':
      return `Figures of ${words}`
    default:
      return words
  }
}

function Predict() {
  const { stage } = useReading()
  const { course, runs } = useLab()
  const isDone =
    course.lessons[stage.id]?.run != null || ownRunOf(stage.id, runs)?.state === 'running'
  return (
    <div class="run-panel">
      <LessonCode taught={stage} />
      {isDone ? <Guesses taught={stage} /> : <PredictionFields taught={stage} />}
    </div>
  )
}

function Run() {
  const { stage } = useReading()
  const { course, runs } = useLab()
  const own = ownRunOf(stage.id, runs)
  const lead = useLeadTo(own)
  const isRunning = own?.state === 'running'
  const was = useRef(isRunning)
  useEffect(() => {
    // The button is gone, and so are the fields above it: the reader is led to the figures.
    if (isRunning && !was.current) reveal('run')
    was.current = isRunning
  }, [isRunning])
  const isJudged = course.lessons[stage.id]?.run != null && !isRunning
  return (
    <div class="run-panel">
      <RunHere taught={stage} lead={lead} />
      {isJudged ? <JudgedGuesses taught={stage} lead={lead} heading="h3" /> : null}
    </div>
  )
}

/** Prose; below *Look*, each name of a frame in it shows its place in the graph. */
function Words({ piece: { wordsHtml, part } }: { piece: ChapterPiece }) {
  const { frames } = useReading()
  const html = useMemo(
    () => (part === 'look' ? markFrameNames(wordsHtml, frames) : wordsHtml),
    [wordsHtml, part, frames],
  )
  return <Html className="words" html={html} />
}
