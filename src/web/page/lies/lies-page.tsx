/** Find the lie: recorded results with one thing wrong each, to look into and to guess at. */
import { useMemo, useRef, useState } from 'preact/hooks'
import { unbroken } from '../../../measure/format.ts'
import { FlameView } from '../../../views/flame/flame-view.tsx'
import { flameViewData } from '../../../views/flame/flame-view-data.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { Failure, FrameTree, LieCard, LieData, LieProgress } from '../../api/index.ts'
import { path, post, Refused, useData } from '../lab.ts'
import { Here, Refusal } from '../parts.tsx'
import { chapterAddress, lieAddress } from '../router.ts'

/** @param number of the recording; undefined: all claims */
export function LiesPage({ number }: { number: number | undefined }) {
  return number === undefined ? <Claims /> : <Recording key={number} number={number} />
}

function Claims() {
  const asked = useData<LieCard[]>(path(['lies']))
  return (
    <article class="prose">
      <h1>Find the lie</h1>
      <p>
        Six recordings, each with one thing wrong. Every figure was really measured, and the
        recording itself shows what is wrong. Look into one until you know; then guess.
      </p>
      <Here asked={asked}>
        {(lies) => (
          <ol class="cards">
            {lies.map(({ number, claim, wrong }) => (
              <li key={number}>
                <a href={lieAddress(number)}>
                  <b>Recording {number}</b> <span>“{unbroken(claim)}”</span>
                  {wrong.length === 0 ? null : <span class="dim">{guessedText(wrong)}</span>}
                </a>
              </li>
            ))}
          </ol>
        )}
      </Here>
      <p>
        The same as a text, answers included:{' '}
        <a href={chapterAddress('find-the-lie')}>the chapter</a>. In a terminal:{' '}
        <code>npm run lie</code>
      </p>
    </article>
  )
}

function guessedText(wrong: readonly string[]): string {
  return `${wrong.length === 1 ? 'one wrong guess' : `${wrong.length} wrong guesses`}: ${wrong.join(', ')}`
}

function Recording({ number }: { number: number }) {
  const asked = useData<LieData>(path(['lie', String(number)]))
  return (
    <article class="wide lie">
      <h1>Find the lie: recording {number}</h1>
      <Here asked={asked}>{(data) => <Judge data={data} />}</Here>
    </article>
  )
}

/** What the reader has said, and what that brings. */
interface Said {
  guess: LieData['guesses'][number]
  wrong: readonly string[]
}

function Judge({ data }: { data: LieData }) {
  const { number, claim, shown, tree, recordedOn } = data
  const [said, setSaid] = useState<Said>()
  const wrong = said?.wrong ?? data.wrong
  const solved = said?.guess.right === true
  const looks = useRef<HTMLDivElement>(null)
  /** Opens one look, and goes there. */
  const lookAt = (name: string) => {
    const found = looks.current?.querySelector<HTMLDetailsElement>(`[data-look="${name}"]`)
    if (found == null) return
    found.open = true
    found.querySelector('summary')!.focus()
    found.scrollIntoView({ block: 'start' })
  }
  return (
    <>
      <blockquote class="claim">“{unbroken(claim)}”</blockquote>
      <Scroll label="The table that was shown with it">
        <pre>{shown}</pre>
      </Scroll>
      {tree === null ? null : <Graph tree={tree} caption={data.caption} />}
      <p class="origin">{recordedOn}</p>
      <h2>Look into it</h2>
      <div ref={looks}>
        {data.looks.map(({ name, asks, text }) => (
          <details key={name} data-look={name}>
            <summary>
              <b>{name}</b>: {asks}
            </summary>
            <Scroll label={asks}>
              <pre>{text}</pre>
            </Scroll>
          </details>
        ))}
      </div>
      <h2>What is wrong?</h2>
      <Guesses data={data} wrong={wrong} say={setSaid} />
      <div role="status">
        {said === undefined ? null : (
          <p>
            <b class={`verdict ${solved ? 'right' : 'off'}`}>
              {solved ? '✓ Correct.' : '✗ Incorrect.'}
            </b>{' '}
            {said.guess.figure}
          </p>
        )}
        {solved ? null : <Help data={data} wrong={wrong.length} lookAt={lookAt} />}
      </div>
      <Answer data={data} solved={solved} lookAt={lookAt} />
      <Ways number={number} />
    </>
  )
}

function Graph({ tree, caption }: { tree: FrameTree; caption: LieData['caption'] }) {
  const [at, setAt] = useState<string>()
  const data = useMemo(() => flameViewData(tree, caption), [tree])
  return <FlameView data={data} at={at} go={setAt} />
}

interface GuessesShown {
  data: LieData
  wrong: readonly string[]
  say: (said: Said) => void
}

function Guesses({ data: { number, guesses }, wrong, say }: GuessesShown) {
  const [picked, setPicked] = useState<string>()
  const [failure, setFailure] = useState<Failure>()
  const guess = guesses.find(({ name }) => name === picked)
  const send = async () => {
    if (guess === undefined) return
    setFailure(undefined)
    try {
      const address = path(['lie', String(number), 'guess'])
      const progress = await post<LieProgress>(address, { guess: guess.name })
      say({ guess, wrong: progress.wrong })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <fieldset class="lie-guesses">
        <legend class="unseen">What is wrong with recording {number}</legend>
        {guesses.map(({ name, words }) => (
          <label key={name} class="option">
            <input
              type="radio"
              name="guess"
              checked={picked === name}
              onChange={() => setPicked(name)}
            />
            <span>
              {words} {wrong.includes(name) ? <span class="dim">(guessed: incorrect)</span> : null}
            </span>
          </label>
        ))}
      </fieldset>
      <p>
        <button type="submit" class="main" disabled={guess === undefined}>
          Guess
        </button>
      </p>
      {failure === undefined ? null : <Refusal failure={failure} />}
    </form>
  )
}

interface HelpShown {
  data: LieData
  wrong: number
  lookAt: (name: string) => void
}

/** After one wrong guess a question, after two the look that decides. */
function Help({ data: { question, hint }, wrong, lookAt }: HelpShown) {
  if (wrong === 0) return null
  return (
    <>
      <p>{question}</p>
      {wrong === 1 ? null : (
        <p>
          What to look for: {hint.find}.{' '}
          <button type="button" onClick={() => lookAt(hint.look)}>
            Look at {hint.look}
          </button>
        </p>
      )}
    </>
  )
}

interface AnswerShown {
  data: LieData
  /** It was guessed. */
  solved: boolean
  lookAt: (name: string) => void
}

function Answer({ data: { answer, lesson, right, hint, guesses }, solved, lookAt }: AnswerShown) {
  const name = guesses.find((guess) => guess.right)?.name
  return (
    <details open={solved} class="answer">
      <summary>The answer</summary>
      <p>
        <b>{name}</b>. {answer}
      </p>
      <p>{lesson}</p>
      <p>
        <button type="button" onClick={() => lookAt(hint.look)}>
          Show me, at {hint.look}
        </button>
      </p>
      <p>To do it right:</p>
      <pre class="wrapped">{right.join('\n')}</pre>
    </details>
  )
}

function Ways({ number }: { number: number }) {
  const asked = useData<LieCard[]>(path(['lies']))
  return (
    <Here asked={asked}>
      {(lies) => {
        const next = lies.find((lie) => lie.number === number + 1)
        return (
          <p>
            {next === undefined ? null : (
              <>
                <a href={lieAddress(next.number)}>Recording {next.number}</a> ·{' '}
              </>
            )}
            <a href={lieAddress()}>All recordings</a> · <a href="#/pitfalls">The pitfalls, live</a>
          </p>
        )
      }}
    </Here>
  )
}
