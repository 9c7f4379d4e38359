/** Runs a comparison from the page. */
import { useState } from 'preact/hooks'
import { testNames } from '../../../load/workload.ts'
import type { SweepOrder } from '../../api-types.ts'
import { useLab } from '../data.ts'
import { Refusal } from '../parts.tsx'
import { busyText, useOrders } from '../run/start-run.tsx'
import { type Form, orderFrom } from './order.ts'

const sweeps: readonly SweepOrder['over'][] = ['pipeline', 'clients', 'payload', 'keyspace']

export function CompareForm() {
  const { stages, runs } = useLab()
  const orders = useOrders()
  const here = stages.filter(({ whyNot }) => whyNot === null).map(({ id }) => id)
  const known = [...here, 'redis']
  const [form, setForm] = useState<Omit<Form, 'known'>>({
    ...{ servers: known, pipeline: '1, 16', tests: ['set', 'get'], quick: true },
    ...{ sweep: '', values: '1, 4, 16, 64', ablate: '' },
  })
  const [wrong, setWrong] = useState<string>()
  const change = (part: Partial<Form>) => {
    setWrong(undefined)
    setForm((before) => ({ ...before, ...part }))
  }
  const busy = busyText(runs)
  const submit = (event: Event) => {
    event.preventDefault()
    const ordered = orderFrom({ ...form, known })
    if ('wrong' in ordered) setWrong(ordered.wrong)
    else orders.start(ordered.order)
  }
  return (
    <form class="compare-form" onSubmit={submit}>
      <Checks
        legend="Servers"
        all={known}
        chosen={form.servers}
        disabled={form.ablate !== ''}
        change={(servers) => change({ servers })}
      />
      <Checks
        legend="Tests"
        all={testNames}
        chosen={form.tests}
        change={(tests) => change({ tests })}
      />
      <fieldset>
        <legend>Load</legend>
        <p class="fields">
          <label>
            Pipeline{' '}
            <input
              type="text"
              size={10}
              value={form.pipeline}
              disabled={form.sweep === 'pipeline'}
              onInput={(event) => change({ pipeline: event.currentTarget.value })}
            />
          </label>
          <label>
            Sweep over{' '}
            <select
              value={form.sweep}
              onChange={(event) => {
                const sweep = event.currentTarget.value as Form['sweep']
                const one = sweep !== '' && sweep !== 'pipeline' && form.pipeline === '1, 16'
                change({ sweep, ...(one ? { pipeline: '16' } : {}) })
              }}
            >
              <option value="">nothing</option>
              {sweeps.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {form.sweep === '' ? null : (
            <label>
              with the values{' '}
              <input
                type="text"
                size={16}
                value={form.values}
                onInput={(event) => change({ values: event.currentTarget.value })}
              />
            </label>
          )}
        </p>
      </fieldset>
      <fieldset>
        <legend>How</legend>
        <p class="fields">
          <label>
            Leave out each ingredient of{' '}
            <select
              value={form.ablate}
              onChange={(event) => change({ ablate: event.currentTarget.value })}
            >
              <option value="">no stage</option>
              {here.map((id) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              checked={form.quick}
              onChange={(event) => change({ quick: event.currentTarget.checked })}
            />{' '}
            quick: five short rounds in place of seven
          </label>
        </p>
      </fieldset>
      <p>
        <button type="submit" class="main" disabled={busy !== undefined || orders.sent}>
          Run the comparison
        </button>{' '}
        <span class="dim">{busy ?? ''}</span>
      </p>
      {wrong === undefined ? null : <Refusal failure={{ happened: wrong }} />}
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
    </form>
  )
}

function Checks<Name extends string>({
  legend,
  all,
  chosen,
  disabled = false,
  change,
}: {
  legend: string
  all: readonly Name[]
  chosen: readonly Name[]
  disabled?: boolean
  change(chosen: Name[]): void
}) {
  return (
    <fieldset disabled={disabled}>
      <legend>{legend}</legend>
      <p class="fields">
        {all.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={(event) => {
                const { checked } = event.currentTarget
                change(all.filter((one) => (one === name ? checked : chosen.includes(one))))
              }}
            />{' '}
            {name}
          </label>
        ))}
      </p>
    </fieldset>
  )
}
