/** Whether a task's goal is reached, by what was counted. */
import type { CounterName, Counters } from './counters.ts'
import type { Task } from './tasks.ts'

export interface Seen {
  counter: CounterName
  /** What was counted; null where it cannot be counted here. */
  seen: number | null
  atMost: number
  reached: boolean
  /** Why it cannot be counted. */
  missing?: string
}

export interface Goal {
  reached: boolean
  limits: Seen[]
}

/** Holds the counters against a task's limits. What cannot be counted is not reached. */
export function judgeGoal({ limits }: Pick<Task, 'limits'>, counters: Counters): Goal {
  const all = limits.map(({ counter, atMost, tolerance }): Seen => {
    const counted = counters[counter]
    if ('missing' in counted) {
      return { counter, seen: null, atMost, reached: false, missing: counted.missing }
    }
    const reached = counted.value <= atMost + tolerance
    return { counter, seen: counted.value, atMost, reached }
  })
  return { reached: all.every(({ reached }) => reached), limits: all }
}
