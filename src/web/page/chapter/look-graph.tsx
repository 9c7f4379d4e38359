/** The flame graph of a stage in its chapter: opened at the frame that the text speaks of. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Named } from '../../../views/flame/flame-view.tsx'
import { framesOfProfile } from '../../../views/flame/frames.ts'
import type { StageData } from '../../api/index.ts'
import { StageGraph } from '../flame/stage-flame.tsx'
import { path, useData, useLab } from '../lab.ts'
import { Here, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { chosenResult, profiled, ResultChoice, resultsOf } from '../stage/result-choice.tsx'
import { isNameOf, type NamedFrame } from './frame-names.ts'
import { useMarkLooked } from './looked.ts'
import { useReading } from './reading.ts'

export function LookGraph() {
  const { stage } = useReading()
  const { results, course } = useLab()
  const run = course.lessons[stage.id]?.run
  const list = resultsOf(results, stage.id, profiled)
  const [wanted, choose] = useState<string>()
  const [stack, setStack] = useState<string>()
  // Without a run of the reader's own, the one that the text was written about.
  const chosen = chosenResult(list, wanted ?? run?.result ?? 'reference')
  const asked = useData<StageData>(
    chosen === undefined ? undefined : path(['stage', stage.id], { run: chosen.id }),
  )
  const box = useRef<HTMLDivElement>(null)
  useMarkLooked(box, stage.id, run != null)
  if (chosen === undefined) {
    const next = `npm run flame -- ${stage.id}`
    return <Refusal failure={{ happened: `there is no profile of ${stage.id}`, next }} />
  }
  const whole = stageAddress(stage.number, 'flame', { run: chosen.id })
  return (
    <div class="look-graph" ref={box}>
      <div class="look-head">
        <ResultChoice label="Result" list={list} chosen={chosen} choose={choose} brief />
        <p class="look-links">
          <a href={whole}>With its tables</a>
          {stage.number === 1 ? null : (
            <a href={stageAddress(stage.number, 'difference')}>
              The difference to stage {stage.number - 1}
            </a>
          )}
        </p>
      </div>
      <Here asked={asked}>
        {(data) =>
          data.tree === null ? (
            <Refusal
              failure={{ happened: 'this result has no profile', next: 'choose another one' }}
            />
          ) : (
            <Graph key={data.result.id} data={data} stack={stack} go={setStack} />
          )
        }
      </Here>
    </div>
  )
}

interface GraphShown {
  data: StageData
  stack: string | undefined
  go: (stack: string | undefined) => void
}

function Graph({ data, stack, go }: GraphShown) {
  const { stage, pointed, showsFrames } = useReading()
  const { lookAt } = stage.lesson
  useEffect(() => {
    showsFrames(namedFrames(data.tree!))
    return () => showsFrames([])
  }, [data])
  const first = useRef(lookAt)
  const named = useMemo((): Named | undefined => {
    if (pointed !== undefined) {
      first.current = null
      return { is: (frame) => isNameOf(pointed.name, frame), select: pointed.select }
    }
    const name = first.current
    return name === null ? undefined : { is: (frame) => isNameOf(name, frame), select: true }
  }, [pointed])
  return <StageGraph data={data} stage={stage} at={stack} go={go} named={named} brief />
}

/** Each function once. */
function namedFrames(tree: NonNullable<StageData['tree']>): NamedFrame[] {
  const found = new Map<string, NamedFrame>()
  const visit = ({ name, label, children }: ReturnType<typeof framesOfProfile>) => {
    found.set(label, { name, label })
    for (const child of children) visit(child)
  }
  visit(framesOfProfile(tree))
  return [...found.values()]
}
