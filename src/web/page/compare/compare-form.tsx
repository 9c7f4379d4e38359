/** Runs a comparison from the page. */

import { useState } from 'preact/hooks'
import { testNames } from '../../../load/workload.ts'
import type { RunOrder, SweepOrder, TestName } from '../../api/index.ts'
import { useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import { busyText, useOrders } from '../run/start-run.tsx'

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
            Leave out each optimization of{' '}
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
            quick: six short rounds in place of nine
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

export interface Form {
  /** Ids of servers; all of those that there are: nothing is said of them. */
  servers: readonly string[]
  known: readonly string[]
  /** `1, 16` */
  pipeline: string
  tests: readonly TestName[]
  quick: boolean
  /** '': none. */
  sweep: SweepOrder['over'] | ''
  /** `1, 4, 16, 64` */
  values: string
  /** The stage whose optimizations are left out one by one; '': none. */
  ablate: string
}

export type Ordered = { order: Extract<RunOrder, { kind: 'compare' }> } | { wrong: string }

/** @returns the order, or what must be corrected first */
export function orderFrom(form: Form): Ordered {
  const { servers, known, tests, quick, sweep, ablate } = form
  if (tests.length === 0) return { wrong: 'choose at least one test' }
  const order: Extract<RunOrder, { kind: 'compare' }> = {
    kind: 'compare',
    quick,
    tests: [...tests],
  }
  if (ablate !== '') order.ablate = ablate
  else if (servers.length < known.length) {
    if (servers.length < 2) return { wrong: 'choose at least two servers' }
    order.servers = [...servers]
  }
  if (sweep !== '') {
    const values = numbersIn(form.values)
    if (values === undefined || values.length < 2 || values.length > 7) {
      return { wrong: 'a sweep needs 2 to 7 whole numbers, such as 1, 4, 16, 64' }
    }
    order.sweep = { over: sweep, values }
  }
  if (sweep !== 'pipeline') {
    const pipeline = numbersIn(form.pipeline)
    const most = sweep === '' ? 8 : 1
    if (pipeline === undefined || pipeline.length > most) {
      return {
        wrong:
          most === 1
            ? 'with a sweep over something else there is one pipeline, such as 16'
            : 'the pipeline is one or more whole numbers, such as 1, 16',
      }
    }
    order.pipeline = most === 1 ? pipeline[0]! : pipeline
  }
  return { order }
}

/** `1, 16` or `1 16`; undefined for anything else. */
function numbersIn(text: string): number[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  if (words.length === 0 || !words.every((word) => /^\d{1,7}$/.test(word))) return undefined
  return [...new Set(words.map(Number))].sort((a, b) => a - b)
}
