/** The runs of a stage beside its lesson: a benchmark with another load, and a profile of the heap. */
import { useState } from 'preact/hooks'
import type { RunOrder, StageCard } from '../../api-types.ts'
import { useLab } from '../data.ts'
import { Refusal } from '../parts.tsx'
import { busyText, useOrders } from './order.ts'

export function OtherRuns({ stage }: { stage: StageCard }) {
  const { runs } = useLab()
  const orders = useOrders()
  const [pipeline, setPipeline] = useState('1')
  const [clients, setClients] = useState('50')
  const [quick, setQuick] = useState(true)
  if (stage.whyNot !== null) return null
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
