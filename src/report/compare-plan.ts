import type { ComparisonPlan, Target } from '../experiment/comparison.ts'
import { withoutIngredient } from '../experiment/targets.ts'
import { whyNotHere } from '../run/available.ts'
import { LabError } from '../run/lab-error.ts'
import { optimizationsOf } from '../run/optimizations.ts'
import { otherRedis, whyNoRedis } from '../run/server.ts'
import { findStage } from '../stages.ts'
import { allServers, type CompareWords } from './compare-words.ts'

/**
 * Decides who takes part on this machine, and who the ratios are to.
 * @throws LabError where nobody is left, or the baseline that was asked for is not there
 */
export async function choosePlan(
  words: CompareWords,
  whyMissing: () => string | undefined = whyNoRedis,
  whichRedis: () => string | undefined = otherRedis,
): Promise<ComparisonPlan> {
  const { servers, baseline: wanted, ablate, ...rest } = words
  if (ablate !== undefined) return { ...rest, ...takeApart(ablate), notes: [] }
  const asked = servers ?? allServers()
  const notes: string[] = []
  const targets: Target[] = []
  for (const target of asked) {
    const stage = findStage(target.server)
    const why = stage === undefined ? whyMissing() : whyNotHere(stage)
    if (why === undefined) targets.push(target)
    else notes.push(why)
  }
  const first = targets[0]
  const lost = wanted !== undefined && !targets.some(({ name }) => name === wanted)
  if (first === undefined || lost) {
    throw new LabError(`${notes.join('; ')}, so there is nothing to compare with`, {
      next: 'npm run compare -- --servers stage1,stage2,stage3,stage4 --baseline stage1',
    })
  }
  const redis = targets.find(({ server }) => server === 'redis')
  const baseline = wanted ?? redis?.name ?? first.name
  if (notes.length > 0) notes[0] = `${notes[0]}: the ratios are to ${baseline}`
  const other = redis === undefined ? undefined : whichRedis()
  if (other !== undefined) notes.push(other)
  return { ...rest, targets, baseline, notes }
}

type Part = Pick<ComparisonPlan, 'targets' | 'baseline' | 'ablation'>

function takeApart(stage: string): Required<Part> {
  const ingredients = stage === 'redis' ? [] : optimizationsOf({ id: stage })
  if (ingredients.length === 0) {
    throw new LabError(`${stage} has nothing that can be left out`, {
      means: 'stages 3 to 5 are made of ingredients; the others are one piece',
      next: 'npm run compare -- --ablate stage4',
      exitCode: 2,
    })
  }
  const whole = { name: stage, server: stage }
  const targets = [whole, ...ingredients.map(({ name }) => withoutIngredient(stage, name))]
  return { targets, baseline: stage, ablation: { stage, ingredients } }
}
