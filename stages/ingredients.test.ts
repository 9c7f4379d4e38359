/** Whatever is left out of a stage, it answers the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { subjects } from '../src/conformance/cases/index.ts'
import { describeFailure } from '../src/conformance/failure.ts'
import { runCase } from '../src/conformance/runner.ts'
import { stages } from '../src/manifest.ts'
import { ingredientsOf } from '../src/run/ingredients.ts'
import { type RunningServer, startStage } from '../src/run/server.ts'

const all = stages.flatMap((stage) =>
  ingredientsOf(stage).map(({ name }) => ({ id: stage.id, name })),
)

it('only stages 3 and 4 have any', () => {
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set(['stage3', 'stage4']))
})

describe.each(all)('$id --without $name', ({ id, name }) => {
  let server: RunningServer

  beforeAll(async () => {
    server = await startStage({ id }, { args: ['--without', name] })
  })

  afterAll(() => server.stop())

  it.each(['protocol', 'inline', 'strings'])('answers as ever: %s', async (subject) => {
    const cases = subjects.find((one) => one.name === subject)!.cases
    for (const one of cases) {
      const failure = await runCase(server, one, 'whole')
      if (failure !== undefined) throw new Error(describeFailure(failure))
    }
  })
})
