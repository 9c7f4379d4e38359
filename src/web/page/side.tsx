/** Navigation: stages with your progress, comparison, findings, chapters. */

import { useEffect, useRef } from 'preact/hooks'
import type { ChapterCard, TaughtCard } from '../api-types.ts'
import { useLab } from './lab.ts'
import { chapterAddress, exerciseAddress, type Place, stageAddress } from './router.ts'

export function Side({ place }: { place: Place }) {
  const { stages, exercises, chapters } = useLab()
  const told = chapters.filter(({ stage }) => stage === null)
  const nav = useRef<HTMLElement>(null)
  const where = `${place.page} ${'id' in place ? place.id : ''}${'number' in place ? place.number : ''}${'name' in place ? place.name : ''}`
  useEffect(() => showCurrent(nav.current), [where])
  return (
    <nav class="side" aria-label="The lab" ref={nav}>
      <p class="name">
        <a href="#/" {...here(place.page === 'start')}>
          Profiling lab
        </a>
      </p>
      <h2>Stages</h2>
      <ol class="stages">
        {stages.map((stage) => (
          <li key={stage.id}>
            <a
              href={stageAddress(stage.number)}
              {...here(place.page === 'stage' && place.number === stage.number)}
            >
              <b>
                {stage.number} {stage.title}
              </b>
              <Progress taught={stage} />
            </a>
          </li>
        ))}
      </ol>
      <h2>Your own server</h2>
      <ol class="stages">
        {exercises.map((exercise) => (
          <li key={exercise.id}>
            <a
              href={exerciseAddress(exercise.id)}
              {...here(place.page === 'exercise' && place.id === exercise.id)}
            >
              <b>
                {exercise.id}: {exercise.title}
              </b>
              <Progress taught={exercise} />
            </a>
          </li>
        ))}
      </ol>
      <h2>All stages</h2>
      <ul>
        <li>
          <a href="#/compare" {...here(place.page === 'compare')}>
            Compare
          </a>
        </li>
        <li>
          <a href="#/findings" {...here(place.page === 'findings')}>
            Findings
          </a>
        </li>
      </ul>
      <h2>Your own</h2>
      <ul>
        <li>
          <a href="#/file" {...here(place.page === 'file')}>
            Profile from a file
          </a>
        </li>
      </ul>
      <Chapters
        title="Chapters"
        list={told.filter(({ name }) => !isWorkshop(name))}
        place={place}
      />
      <Chapters title="Workshop" list={told.filter(({ name }) => isWorkshop(name))} place={place} />
    </nav>
  )
}

/** In a narrow window the lists scroll sideways: the current page must be in view. */
function showCurrent(nav: HTMLElement | null): void {
  const link = nav?.querySelector<HTMLElement>('li [aria-current]')
  const list = link?.closest<HTMLElement>('ol, ul')
  if (link == null || list == null) return
  const [inner, outer] = [link.getBoundingClientRect(), list.getBoundingClientRect()]
  list.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
}

function here(is: boolean) {
  return is ? { 'aria-current': 'page' as const } : {}
}

function isWorkshop(name: string): boolean {
  return name.startsWith('workshop/')
}

function Chapters({
  title,
  list,
  place,
}: {
  title: string
  list: readonly ChapterCard[]
  place: Place
}) {
  return (
    <>
      <h2>{title}</h2>
      <ul class="chapters">
        {list.map((chapter) => (
          <li key={chapter.name}>
            <a
              href={chapterAddress(chapter.name)}
              {...here(place.page === 'chapter' && place.name === chapter.name)}
            >
              {labelOf(chapter, list)}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Its title; of two that have the same one, the name of the file: `Handout`, `Slides`. */
function labelOf({ name, title }: ChapterCard, list: readonly ChapterCard[]): string {
  if (list.filter((other) => other.title === title).length === 1) return title
  const word = name.slice(name.lastIndexOf('/') + 1)
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

function Progress({ taught }: { taught: TaughtCard }) {
  const { course, exported } = useLab()
  const progress = course.lessons[taught.id]
  const asked = taught.lesson.predictions.length
  const guessed = Object.keys(progress?.guesses ?? {}).length
  const says =
    taught.whyNot !== null
      ? 'cannot run here'
      : progress?.run != null
        ? exported
          ? 'guesses judged'
          : 'run'
        : guessed > 0
          ? `${guessed} of ${asked} guessed`
          : exported
            ? 'not guessed yet'
            : 'not run yet'
  return <span class="dim">{says}</span>
}
