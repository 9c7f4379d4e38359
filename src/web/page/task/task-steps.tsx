/** The steps of a task: what to do, where to begin, and what is wanted. */
import type { StepCard, TaskData } from '../../api/index.ts'
import { StepPlace } from './file-places.tsx'
import { Ticks } from './hints.tsx'

interface StepsShown {
  steps: readonly StepCard[]
  /** What is reached of it; undefined: nothing is known. */
  data?: TaskData
}

export function Steps({ steps, data }: StepsShown) {
  const reached = new Set(data?.reached)
  return (
    <ol class="task-steps">
      {steps.map((step) => (
        <li key={step.id} aria-current={data && step.id === data.step ? 'step' : undefined}>
          <p>
            <b>
              {reached.has(step.id) ? <span class="verdict right">✓ </span> : null}
              <Ticks text={step.title} />
            </b>
            {reached.has(step.id) ? <span class="unseen"> reached</span> : null}
          </p>
          {step.what === '' ? null : (
            <p>
              <Ticks text={step.what} />
            </p>
          )}
          <p class="dim small">
            Begin in <StepPlace file={step.file} region={step.region} />.{' '}
            {step.counted === '' ? null : <Ticks text={`${step.counted} `} />}
            Wanted: {step.limits.join('; ')}.
          </p>
        </li>
      ))}
    </ol>
  )
}
