/** Starting and ending a run, with what the lab says where it will not. */
import { useState } from 'preact/hooks'
import type { Failure, PageRun, RunOrder, RunsData } from '../../api-types.ts'
import { path, post, Refused, remove } from '../api.ts'

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

/** Who is running, so that nothing else may; undefined where nobody is. */
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

/** The page's own run of that stage, as it is or as it ended last. */
export function ownRunOf(stage: string, { own }: RunsData): PageRun | undefined {
  return own !== null && 'stage' in own.order && own.order.stage === stage ? own : undefined
}
