/** The next step of a stage, always in sight at the lower edge. */
import type { StageCard } from '../../api/index.ts'
import { nextStep } from '../../next-step.ts'
import { useLab } from '../lab.ts'
import { Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { useJudge } from '../run/judge.ts'
import { ownRunOf } from '../run/start-run.tsx'
import { again } from '../stage/places.ts'
import { useLooked } from './looked.ts'

export function NextBar({ stage }: { stage: StageCard }) {
  const { course, stages, runs, exported } = useLab()
  const inView = useLooked()(stage.id)
  const { judge, failure } = useJudge(stage)
  const next = nextStep(stage, course.lessons[stage.id], inView, { stages, exported })
  const isRunning = ownRunOf(stage.id, runs)?.state === 'running'
  const judges = next.step === 'judge' && !isRunning
  const at = isRunning ? 'run' : judges ? 'outcome' : next.at
  const href =
    next.stage === null && !isRunning
      ? '#/compare'
      : stageAddress(isRunning ? stage.number : next.stage!, 'chapter', { at })
  return (
    <nav class="next-bar" aria-label="Next step">
      {failure === undefined ? null : <Refusal failure={failure} />}
      <a href={href} {...(at === undefined ? {} : { onClick: judges ? judge : again(at) })}>
        {isRunning ? (
          'Running: see the figures as they come in'
        ) : (
          <>
            Next: <b>{next.text}</b>
          </>
        )}
      </a>
    </nav>
  )
}
