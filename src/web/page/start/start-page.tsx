/** The start: what the lab is about in one picture, the one next step, and the way through the stages. */
import { useMemo, useRef, useState } from 'preact/hooks'
import { figureTexts } from '../../../report/story-data.ts'
import { storyPicture } from '../../../report/story-picture.ts'
import { useMedia, useWidth } from '../../../views/parts.tsx'
import type { StageCard, Story, StoryData } from '../../api/index.ts'
import { useLooked } from '../chapter/looked.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here, Html } from '../parts.tsx'
import { chapterAddress, stageAddress } from '../router.ts'
import { Ticks } from '../ticks.tsx'
import { startStep } from './start-step.ts'
import './start.css'

export function StartPage() {
  const lab = useLab()
  const { stages, chapters, exported } = lab
  const asked = useData<StoryData>(path(['story']))
  const next = startStep(lab, useLooked())
  const minutes = (stage: StageCard) => chapters.find((one) => one.stage === stage.id)?.minutes
  return (
    <article class="start">
      <h1>How a Redis clone gets fast</h1>
      <p class="lead">
        Small servers in TypeScript, each one change faster than the last. Guess, measure, look at
        the flame graph, read the change.
      </p>
      <Here asked={asked}>
        {(story) => (story === null ? null : <StoryPicture story={story} />)}
      </Here>
      <p class="begin">
        <a href={next.address}>{next.label}</a>{' '}
        <span class="dim">
          {next.minutes === undefined
            ? ''
            : `About ${next.minutes} minutes${next.begins ? '' : ' for the whole stage'}. `}
          {exported
            ? 'Nothing runs here: the answers were recorded.'
            : next.begins
              ? 'The first flame graph is there within a minute.'
              : ''}
        </span>
      </p>
      <Here asked={asked}>
        {(story) => (story === null ? null : <StoryFigures story={story} />)}
      </Here>
      <ol class="way">
        {stages.map((stage) => (
          <li key={stage.id}>
            <a href={stageAddress(stage.number)}>
              {stage.number} {stage.title}
            </a>
            <span>{stage.change.replaceAll('`', '')}</span>
            <small class="dim">
              {minutes(stage) === undefined ? '' : `${minutes(stage)} min`}
              {stage.whyNot === null ? '' : ` · ${stage.whyNot}`}
            </small>
            <Ticks taught={stage} />
          </li>
        ))}
      </ol>
      <p>
        New to flame graphs? Start with <a href={chapterAddress('flame-graphs')}>how to read one</a>
        .{' '}
        {exported
          ? 'This is a copy of the lab page without its server: every figure in it was recorded, and your guesses are saved in this browser alone.'
          : 'Until you run something on this machine, every page shows runs recorded on another one, and says so.'}
      </p>
    </article>
  )
}

/** The two flame graphs to one scale, as wide as there is room. */
function StoryPicture({ story }: { story: Story }) {
  const place = useRef<HTMLDivElement>(null)
  const width = useWidth(place)
  const theme = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light'
  const svg = useMemo(
    () => (width === 0 ? '' : storyPicture(story, { width, theme, withFigures: false })),
    [story, width, theme],
  )
  return (
    <figure class="story">
      <div ref={place}>
        <Html html={svg} />
      </div>
      <figcaption class="dim">
        Each is the profile of a separate run, with as much time for SET as for GET. Width is CPU
        per request, in µs, to the same scale in both; a box is what one role does there.
      </figcaption>
    </figure>
  )
}

/** What changed between them, and where it was recorded. */
function StoryFigures({ story }: { story: Story }) {
  const { course } = useLab()
  const [isShown, show] = useState(false)
  const guesses = course.lessons[story.first.id]?.guesses ?? {}
  const asks = !isShown && Object.keys(guesses).length === 0
  return (
    <section class="story" aria-label="From the first stage to the last">
      <dl>
        {figureTexts(story, asks).map(({ what, figure, notes }, at) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{figure}</dd>
            {notes.map((note) => (
              <dd key={note} class="dim">
                {note}
              </dd>
            ))}
            {asks && at === 0 ? (
              <dd>
                <button type="button" class="small" onClick={() => show(true)}>
                  Show it
                </button>
              </dd>
            ) : null}
          </div>
        ))}
      </dl>
      <p class="dim">{story.origin}; not run here.</p>
    </section>
  )
}
