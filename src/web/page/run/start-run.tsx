/** Starting and cancelling a run, with what the lab says if it refuses; and the runs beside a lesson. */

import { useState } from 'preact/hooks'
import type { Failure, PageRun, RunOrder, RunsData, StageCard } from '../../api/index.ts'
import { path, post, Refused, remove, useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'

export interface Orders {
  start(order: RunOrder): Promise<void>
  cancel(id: string): Promise<void>
  /** An order that was sent is not answered yet. */
  sent: boolean
  failure: Failure | undefined
}

export function useOrders(): Orders {
  const [failure, setFailure] = useState<Failure>()
  const [sent, setSent] = useState(false)
  const asking = async (ask: () => Promise<PageRun>) => {
    setFailure(undefined)
    setSent(true)
    try {
      await ask()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      setFailure(error.failure)
    } finally {
      setSent(false)
    }
  }
  return {
    start: (order) => asking(() => post<PageRun>('/api/runs', order)),
    cancel: (id) => asking(() => remove<PageRun>(path(['runs', id]))),
    sent,
    failure,
  }
}

/** What is running and blocks all other runs; undefined if nothing runs. */
export function busyText({ own, running }: RunsData): string | undefined {
  const first = running[0]
  if (first !== undefined) {
    const where = first.pid === own?.pid ? 'started here' : `in a terminal, pid ${first.pid}`
    return `One run at a time: ${first.command} is under way (${where}).`
  }
  return own?.state === 'running'
    ? `One run at a time: ${own.command} is under way (started here).`
    : undefined
}

/** The page's own run of that stage or exercise, as it is or as it ended last. */
export function ownRunOf(id: string, { own }: RunsData): PageRun | undefined {
  if (own === null) return undefined
  const { order } = own
  const of = order.kind === 'lesson' ? order.lesson : 'stage' in order ? order.stage : undefined
  return of === id ? own : undefined
}

export function OtherRuns({ stage }: { stage: StageCard }) {
  const { runs, exported } = useLab()
  const orders = useOrders()
  const [pipeline, setPipeline] = useState('1')
  const [clients, setClients] = useState('50')
  const [quick, setQuick] = useState(true)
  if (stage.whyNot !== null || exported) return null
  const busy = busyText(runs)
  const load = { pipeline: Number(pipeline), clients: Number(clients) }
  const sized = Number.isInteger(load.pipeline) && Number.isInteger(load.clients)
  const start = (order: Extract<RunOrder, { kind: 'stage' | 'flame' }>) =>
    orders.start({ ...order, quick })
  const number = (label: string, value: string, most: number, set: (value: string) => void) => (
    <label>
      {label}{' '}
      <input
        type="number"
        min={1}
        max={most}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  )
  return (
    <details class="other-runs">
      <summary>Run it with another load, or look at its allocations</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          start({ kind: 'stage', stage: stage.id, ...load })
        }}
      >
        <p class="fields">
          {number('Pipeline', pipeline, 256, setPipeline)}
          {number('Clients', clients, 1000, setClients)}
          <label>
            <input
              type="checkbox"
              checked={quick}
              onChange={(event) => setQuick(event.currentTarget.checked)}
            />{' '}
            quick
          </label>
        </p>
        <p class="fields">
          <button type="submit" disabled={busy !== undefined || orders.sent || !sized}>
            Benchmark and profile
          </button>
          <button
            type="button"
            disabled={busy !== undefined || orders.sent}
            onClick={() => start({ kind: 'flame', stage: stage.id, alloc: true })}
          >
            Profile the allocations
          </button>
        </p>
        {busy === undefined ? null : <p class="dim">{busy}</p>}
        {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
      </form>
    </details>
  )
}
