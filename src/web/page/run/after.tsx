/** What comes after the run: where to look, what it cost, what to try, and the next stage. */
import type { ResultCard, StageCard } from '../../api-types.ts'
import { useLab } from '../data.ts'
import { stageAddress } from '../router.ts'

/** Links to a result that was just made, or is there from before. */
export function ResultLinks({ stage, result }: { stage: StageCard; result: ResultCard }) {
  const run = result.id === 'reference' ? undefined : result.id
  const { kind } = result
  return (
    <ul class="links">
      <li>
        <a href={stageAddress(stage.number, 'flame', { run })}>Its flame graph</a>
      </li>
      {kind === 'flame' || kind === 'alloc' ? null : (
        <li>
          <a href={stageAddress(stage.number, 'figures', { run })}>Its figures</a>
        </li>
      )}
      {kind === 'lesson' && stage.number > 1 ? (
        <li>
          <a href={`#/compare?run=${encodeURIComponent(result.id)}`}>
            Beside stage {stage.number - 1}, with intervals
          </a>
        </li>
      ) : null}
    </ul>
  )
}

export function WhatNext({ stage }: { stage: StageCard }) {
  const { stages } = useLab()
  const { lesson, task } = stage
  const next = stages.find(({ number }) => number === stage.number + 1)
  return (
    <>
      <h3>What to look for in the flame graph</h3>
      <ul>
        {lesson.look.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <h3>What it cost</h3>
      <p>{lesson.cost}</p>
      {task === null ? null : (
        <>
          <h3>Try it yourself: {task.title}</h3>
          <p>The goal: {task.goal}.</p>
          <p>In a terminal, since it is your editor that you need for it:</p>
          <pre class="wrapped">{task.commands.join('\n')}</pre>
        </>
      )}
      <h3>Next</h3>
      <p>
        {next === undefined ? (
          <a href="#/compare">All stages beside each other, and Redis</a>
        ) : (
          <a href={stageAddress(next.number, 'run')}>
            Stage {next.number}: {next.title}
          </a>
        )}
      </p>
    </>
  )
}
