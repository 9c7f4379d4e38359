/** Navigation: stages with your progress, comparison, findings, chapters. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { useSaved } from '../../views/use-saved.ts'
import type { ChapterCard, TaughtCard } from '../api/index.ts'
import { useLab } from './lab.ts'
import { chapterAddress, exerciseAddress, lieAddress, type Place, stageAddress } from './router.ts'
import { Ticks } from './ticks.tsx'

/**
 * Beside the page, where it can be folded; in a narrow window a menu over it.
 * @param onOpen called when the menu covers the page, and when it no longer does
 */
export function Side({ place, onOpen }: { place: Place; onOpen(open: boolean): void }) {
  const menu = useMenu(onOpen)
  const [folded, fold] = useFold()
  return (
    <div class="side-column">
      <p class="menu-bar">
        <a href="#/">Profiling lab</a>
        <button
          type="button"
          ref={menu.button}
          aria-expanded={menu.open}
          aria-controls="side"
          onClick={() => (menu.open ? menu.close() : menu.show())}
        >
          {menu.open ? 'Close' : 'Menu'}
        </button>
      </p>
      <p class="fold">
        <button
          type="button"
          aria-expanded={!folded}
          aria-controls="side"
          aria-label={folded ? 'Show the side bar' : 'Hide the side bar'}
          title={folded ? 'Show the side bar' : 'Hide the side bar'}
          onClick={() => fold(!folded)}
        >
          {folded ? '»' : '«'}
        </button>
      </p>
      <Navigation place={place} open={menu.open} done={menu.close} />
    </div>
  )
}

/** The menu of a narrow window. Escape closes it; the focus goes into it, and back to its button. */
function useMenu(onOpen: (open: boolean) => void) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const set = (open: boolean) => {
    setOpen(open)
    onOpen(open)
  }
  const close = () => {
    set(false)
    button.current?.focus()
  }
  useEffect(() => {
    if (!open) return
    const side = document.getElementById('side')
    const current = side?.querySelector<HTMLElement>('li a[aria-current]')
    const first = current ?? side?.querySelector<HTMLElement>('li a')
    first?.focus()
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') close()
    }
    // In a window that became wide there is no menu.
    const wide = matchMedia('(min-width: 60.01rem)')
    const widened = () => wide.matches && set(false)
    addEventListener('keydown', onKey)
    wide.addEventListener('change', widened)
    return () => {
      removeEventListener('keydown', onKey)
      wide.removeEventListener('change', widened)
    }
  }, [open])
  // Another page, by whatever way.
  const { hash } = location
  useEffect(() => {
    if (open) set(false)
  }, [hash])
  return { open, button, show: () => set(true), close }
}

/** The name in localStorage, and the class of the root element. */
const FOLDED = 'side-folded'

/** Whether the side bar is folded, as the reader left it in this browser. */
function useFold(): [folded: boolean, fold: (folded: boolean) => void] {
  const [value, choose] = useSaved(FOLDED, ['no', 'yes'])
  const folded = value === 'yes'
  useEffect(() => {
    document.documentElement.classList.toggle(FOLDED, folded)
  }, [folded])
  return [folded, (is) => choose(is ? 'yes' : 'no')]
}

interface Shown {
  place: Place
  /** As the menu of a narrow window. */
  open: boolean
  /** A link was followed. */
  done(): void
}

function Navigation({ place, open, done }: Shown) {
  const { stages, exercises, chapters } = useLab()
  const others = chapters.filter(({ stage }) => stage === null)
  return (
    <nav
      id="side"
      class={open ? 'side open' : 'side'}
      aria-label="The lab"
      onClickCapture={({ target }) => {
        if (open && (target as Element).closest('a') !== null) done()
      }}
    >
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
        <li>
          <a href={lieAddress()} {...here(place.page === 'lies')}>
            Find the lie
          </a>
        </li>
        <li>
          <a href="#/pitfalls" {...here(place.page === 'pitfalls')}>
            Pitfalls
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
        list={others.filter(({ name }) => !isWorkshop(name))}
        place={place}
      />
      <Chapters
        title="Workshop"
        list={others.filter(({ name }) => isWorkshop(name))}
        place={place}
      />
    </nav>
  )
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

/** How long it takes, and what of it is done. */
function Progress({ taught }: { taught: TaughtCard }) {
  return (
    <>
      {' '}
      <small class="minutes">
        {taught.whyNot === null ? `${taught.minutes} min` : 'cannot run'}
      </small>
      <Ticks taught={taught} />
    </>
  )
}
