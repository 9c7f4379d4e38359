/** An experiment by slider: one figure is chosen, what it does is guessed, run and drawn. */
import { useId, useMemo, useState } from 'preact/hooks'
import {
  findVariation,
  type Variation,
  valueText,
  varyCommand,
} from '../../../experiment/variations.ts'
import { machineLine } from '../../../measure/format.ts'
import { busyText as busyMachine } from '../../../measure/machine-load.ts'
import { Chart } from '../../../views/compare/chart.tsx'
import { Notes } from '../../../views/parts.tsx'
import type { SliderData, VariationId } from '../../api/index.ts'
import { path, useData, useEvent, useLab } from '../lab.ts'
import { useLeadTo } from '../lead-to.ts'
import { Here, OnMachine, Refusal, RunEnd, ToType } from '../parts.tsx'
import { LiveRun } from '../run/live.tsx'
import { busyText, useOrders } from '../run/start-run.tsx'
import { whenText } from '../when.ts'
import { drawCurve, type Guessed, guessStore, pointsOf, sentenceOf, tableOf } from './curve.ts'

export function SliderExperiment({ id }: { id: string }) {
  const variation = findVariation(id)
  if (variation === undefined) {
    return <Refusal failure={{ happened: `there is no experiment called '${id}'` }} />
  }
  return <Experiment key={id} variation={variation} />
}

function Experiment({ variation }: { variation: Variation }) {
  const { id, title, about } = variation
  const { exported } = useLab()
  const [asked, askAgain] = useState(0)
  const data = useData<SliderData>(path(['slider', id]), asked)
  const [guesses, setGuesses] = useState(() => guessStore.read(id))
  const remember = (guess: Guessed) => setGuesses(guessStore.add(id, guesses, guess))
  const heading = useId()
  return (
    <section class="slider" aria-labelledby={heading}>
      <h3 id={heading}>Try it: {title.toLowerCase()}</h3>
      <p>
        <Coded text={about} />
      </p>
      {exported ? null : (
        <Controls
          variation={variation}
          remember={remember}
          onEnd={() => askAgain((times) => times + 1)}
        />
      )}
      <Here asked={data}>
        {(data) => <Curve variation={variation} data={data} guesses={guesses} />}
      </Here>
      {exported ? (
        <ToType commands={[varyCommand(variation, variation.values.slice(0, 3))]} />
      ) : (
        <details>
          <summary>In a terminal</summary>
          <pre class="wrapped">{varyCommand(variation, variation.values.slice(0, 3))}</pre>
        </details>
      )}
    </section>
  )
}

interface ControlsShown {
  variation: Variation
  remember(guess: Guessed): void
  /** A run of it has ended, in whatever way. */
  onEnd(): void
}

/** The slider, a guess if the reader makes one, and the button that runs it. */
function Controls({ variation, remember, onEnd }: ControlsShown) {
  const { id, title, values, usual, guess: asks } = variation
  const { runs } = useLab()
  const orders = useOrders()
  const [at, setAt] = useState(values.indexOf(usual))
  const [guess, setGuess] = useState('')
  const names = { slider: useId(), guess: useId(), wrong: useId() }
  const own = isOf(id, runs.own) ? runs.own : null
  useEvent('ended', (run) => {
    if (isOf(id, run)) onEnd()
  })
  const value = values[at]!
  const said = guess.trim() === '' ? undefined : Number(guess.replace(',', '.'))
  const wrong = said !== undefined && !(said >= 0 && said < 1e6)
  const busy = busyText(runs)
  const start = () => {
    if (said !== undefined) remember({ value, guess: said })
    setGuess('')
    orders.start({ kind: 'slider', slider: id, value })
  }
  if (own?.state === 'running') return <LiveRun run={own} />
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <label for={names.slider}>
        {title}: <output>{valueText(variation, value)}</output>
        {value === usual ? <span class="dim"> (as in the stage)</span> : null}
      </label>
      <input
        id={names.slider}
        type="range"
        min={0}
        max={values.length - 1}
        step={1}
        value={at}
        aria-valuetext={valueText(variation, value)}
        onInput={({ currentTarget }) => setAt(Number(currentTarget.value))}
      />
      <p class="fields">
        <label for={names.guess}>Your guess, if you like: {asks}</label>
        <input
          id={names.guess}
          type="text"
          inputMode="decimal"
          size={6}
          value={guess}
          aria-invalid={wrong}
          aria-describedby={wrong ? names.wrong : undefined}
          onInput={({ currentTarget }) => setGuess(currentTarget.value)}
        />
        <button type="submit" class="main" disabled={busy !== undefined || orders.sent || wrong}>
          Run with {valueText(variation, value)}
        </button>
        {wrong ? (
          <span class="wrong" id={names.wrong}>
            Enter a number.
          </span>
        ) : null}
        {busy === undefined ? null : <span class="dim">{busy}</span>}
      </p>
      <p class="dim">Takes some four seconds.</p>
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      <RunEnd run={own} />
    </form>
  )
}

/** Whether a run of the page is one of this experiment. */
function isOf(id: VariationId, run: { order: { kind: string; slider?: string } } | null): boolean {
  return run !== null && run.order.kind === 'slider' && run.order.slider === id
}

interface CurveShown {
  variation: Variation
  data: SliderData
  guesses: readonly Guessed[]
}

/** All points so far, in a chart and in words; what was recorded when the reader asks for it. */
function Curve({ variation, data, guesses }: CurveShown) {
  const { own } = useLab().runs
  const [unveiled, unveil] = useState(false)
  const { recorded, runs } = data
  const shown = useMemo(
    () => pointsOf(variation, unveiled ? data : { ...data, recorded: null }),
    [variation, data, unveiled],
  )
  const draw = useMemo(() => drawCurve(variation, shown, guesses), [variation, shown, guesses])
  const last = runs.at(-1)
  const mine = isOf(variation.id, own) ? own : null
  // The point of a run comes a moment after its end.
  const isHere = mine !== null && last !== undefined && last.at >= mine.startedAt
  const result = useLeadTo(mine?.state === 'done' && !isHere ? { ...mine, state: 'running' } : mine)
  const busy = last === undefined ? undefined : busyMachine(last.load, last.machine.cores)
  return (
    <>
      {last === undefined ? null : (
        <p
          class="slider-result"
          tabIndex={-1}
          ref={(text) => {
            result.current = text
          }}
        >
          {sentenceOf(variation, last, guesses)}
        </p>
      )}
      {busy === undefined ? null : <Notes notes={[{ text: busy, warns: true }]} />}
      {shown.length === 0 ? null : (
        <Chart
          title={`${variation.guess}, by ${variation.title.toLowerCase()}`}
          draw={draw}
          table={tableOf(variation, shown, guesses)}
          legend={legend.filter(
            ({ name }) =>
              (name === 'run here' && runs.length > 0) ||
              (name === 'recorded' && unveiled) ||
              (name === 'your guess' && guesses.length > 0),
          )}
        />
      )}
      {recorded === null ? null : unveiled ? (
        <p class="origin">
          recorded: {whenText(recorded.at)}
          <OnMachine machine={machineLine(recorded.machine)} />.{' '}
          {busyMachine(recorded.load, recorded.machine.cores)}
        </p>
      ) : (
        <button type="button" onClick={() => unveil(true)}>
          Show what was recorded
        </button>
      )}
    </>
  )
}

const legend = [
  { name: 'run here', colour: 'var(--series-4)', dash: null },
  { name: 'recorded', colour: 'var(--redis)', dash: null },
  { name: 'your guess', colour: 'var(--series-5)', dash: null },
]

/** What is between backticks is code. */
function Coded({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>
  )
}
