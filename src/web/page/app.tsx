/** The frame of the page: the stages down the side, and what the address asks for beside them. */
import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks'
import type { Failure, LabData, RunsData } from '../api/index.ts'
import { useDroppedFile } from './dropped-file.ts'
import { FindingsPage } from './findings-page.tsx'
import { type Lab, LabContext, useConnection, useData, useEvent } from './lab.ts'
import { Lazy, Refusal, Waiting } from './parts.tsx'
import { useReadToEnd } from './read-to-end.ts'
import { ChapterPage, SourcePage } from './reading-pages.tsx'
import { type Place, usePlace, useTitle } from './router.ts'
import { RunBar } from './run-bar.tsx'
import { Side } from './side.tsx'
import { anotherLab, type Connection } from './source.ts'
import { StartPage } from './start/start-page.tsx'
import { unsavedTexts } from './task/task-file.ts'

export function App() {
  const place = usePlace()
  const [asked, setAsked] = useState(0)
  const reload = useCallback(() => setAsked((times) => times + 1), [])
  const data = useData<LabData>('/api/lab', asked)
  const [there, setThere] = useState<Connection>('there')
  const [menu, setMenu] = useState(false)
  const [runs, setRuns] = useState<RunsData>()
  const [last, setLast] = useState<LabData>()
  useConnection(setThere)
  useEvent('runs', setRuns)
  useEvent('results', reload)
  useEvent('course', reload)
  useEffect(() => {
    if (data.state === 'here') setLast(data.data)
  }, [data])
  const [file, setFile] = useState<File>()
  const take = useCallback((file: File) => {
    setFile(file)
    location.hash = '#/file'
  }, [])
  const isAbove = useDroppedFile(take)
  const main = useRef<HTMLElement>(null)
  useFocusOnNewPlace(place, main)
  useTitle(place, last?.chapters)
  useReadToEnd(place, main, reload)
  if (there === 'another lab') return <LockedOut failure={anotherLab} />
  if (last === undefined) {
    return data.state === 'refused' ? <LockedOut failure={data.failure} /> : <Waiting />
  }
  const lab: Lab = { ...last, runs: runs ?? last.runs, reload }
  return (
    <LabContext.Provider value={lab}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <Side place={place} onOpen={setMenu} />
      {isAbove ? <p class="drop">Drop the profile to draw it</p> : null}
      <div class="right" inert={menu}>
        {there !== 'gone' ? null : (
          <p class="gone" role="alert">
            The lab does not answer: <code>npm run lab</code> has ended. The page shows what it had
            loaded.
          </p>
        )}
        <RunBar />
        <main id="main" tabIndex={-1} ref={main}>
          <FaultBoundary where={location.hash}>
            <Shown place={place} file={file} choose={take} />
          </FaultBoundary>
        </main>
        <footer class="dim">
          {lab.machineLine}
          {lab.notes.map((note) => (
            <span key={note}> · {note}</span>
          ))}
        </footer>
      </div>
    </LabContext.Provider>
  )
}

/** In place of the whole page, when the lab does not let it in. */
function LockedOut({ failure }: { failure: Failure }) {
  useEffect(() => {
    document.title = 'Closed · Profiling lab'
  }, [])
  return (
    <main class="locked-out prose">
      <h1>This tab cannot reach the lab</h1>
      <Refusal failure={failure} />
      <p>
        <code>npm run lab</code> prints an address with a token each time it starts:{' '}
        <code>http://127.0.0.1:…/?token=…</code>. Open that one. Guesses, runs and saved files are
        in the checkout: they are there again.
      </p>
      <Unsaved />
    </main>
  )
}

/** What only this tab has: it is lost when the tab is closed. */
function Unsaved() {
  const texts = unsavedTexts()
  if (texts.length === 0) return null
  return (
    <>
      <h2>Not saved</h2>
      <p>What you typed here is in no file yet. Copy it before you close this tab.</p>
      {texts.map(({ file, text }) => (
        <label key={file}>
          <code>{file}</code>
          <textarea class="mono" readOnly rows={12} value={text} />
        </label>
      ))}
    </>
  )
}

interface PlaceShown {
  place: Place
  /** A profile that the reader has dropped or chosen. */
  file: File | undefined
  choose: (file: File) => void
}

function Shown({ place, file, choose }: PlaceShown) {
  switch (place.page) {
    case 'start':
      return <StartPage />
    case 'stage':
      return (
        <Lazy
          load={() => import('./stage-page.tsx').then((file) => file.StagePage)}
          props={{ place }}
          key="stage"
        />
      )
    case 'exercise':
      return (
        <Lazy
          load={() => import('./exercise-page.tsx').then((page) => page.ExercisePage)}
          props={{ place }}
          key="exercise"
        />
      )
    case 'compare':
      return (
        <Lazy
          load={() => import('./compare-page.tsx').then((file) => file.ComparePage)}
          props={{ query: place.query }}
          key="compare"
        />
      )
    case 'file':
      return (
        <Lazy
          load={() => import('./file-page.tsx').then((page) => page.FilePage)}
          props={{ file, choose }}
          key="file"
        />
      )
    case 'findings':
      return <FindingsPage query={place.query} />
    case 'task':
      return (
        <Lazy
          load={() => import('./task/task-page.tsx').then((page) => page.TaskPage)}
          props={{ id: place.id }}
          key="task"
        />
      )
    case 'lies':
      return (
        <Lazy
          load={() => import('./lies/lies-page.tsx').then((page) => page.LiesPage)}
          props={{ number: place.number }}
          key="lies"
        />
      )
    case 'pitfalls':
      return (
        <Lazy
          load={() => import('./pitfalls/pitfalls-page.tsx').then((page) => page.PitfallsPage)}
          props={{}}
          key="pitfalls"
        />
      )
    case 'chapter':
      return (
        <ChapterPage name={place.name} piece={place.query.get('piece') ?? place.query.get('at')} />
      )
    case 'source':
      return <SourcePage file={place.file} line={Number(place.query.get('line'))} />
    case 'unknown':
      return (
        <>
          <h1>No such page</h1>
          <Refusal
            failure={{
              happened: 'there is nothing at this address',
              next: 'choose a stage at the side',
            }}
          />
        </>
      )
  }
}

/** After a change of page the focus is in it, not on the link that led there. */
function useFocusOnNewPlace(place: Place, main: { current: HTMLElement | null }): void {
  const name = `${place.page} ${'id' in place ? place.id : ''}${'number' in place ? place.number : ''}${'name' in place ? place.name : ''}${'file' in place ? place.file : ''}`
  const before = useRef(name)
  useEffect(() => {
    if (before.current === name) return
    before.current = name
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [name, main])
}

/**
 * Shows an error of a page in its place, with the way on.
 * @param where address of the reader; the page is drawn again when it changes
 */
function FaultBoundary({ where, children }: { where: string; children: ComponentChildren }) {
  const [fault, forget] = useErrorBoundary((error: unknown) => console.error(error))
  useEffect(forget, [where])
  if (fault === undefined) return <>{children}</>
  return (
    <Refusal
      failure={{
        happened: 'this page could not be drawn',
        means: String(fault instanceof Error ? fault.message : fault),
        next: 'choose another page at the side; npm start has the same in the terminal',
      }}
    />
  )
}
