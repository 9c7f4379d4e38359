/** A stage without one of its optimizations sends the same replies. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canBeJoined, joined } from '../src/conformance/case.ts'
import { subjects } from '../src/conformance/cases/index.ts'
import { describeFailure } from '../src/conformance/failure.ts'
import { runCase } from '../src/conformance/runner.ts'
import { everyWay } from '../src/conformance/servers.ts'
import { type RunningServer, startStage } from '../src/run/server.ts'
import { optimizationsOf, stagesHere } from '../src/run/supported-stages.ts'

const all = stagesHere().here.flatMap((stage) =>
  optimizationsOf(stage).map(({ name }) => ({ id: stage.id, name })),
)

it('stages 1 and 2 have none', () => {
  const some = new Set(all.map(({ id }) => id))
  expect([...some].filter((id) => id === 'stage1' || id === 'stage2')).toEqual([])
  expect(some).toContain('stage4')
})

describe.each(all)('$id --without $name', ({ id, name }) => {
  // What ends a connection or waits for more takes one of its own, and most of the time. The last
  // stage that has the optimization is asked all of it, `npm run test:conformance` asks every one.
  const hasAll = everyWay || all.findLast((one) => one.name === name)!.id === id
  let server: RunningServer

  beforeAll(async () => {
    server = await startStage({ id }, { args: ['--without', name] })
  })

  afterAll(() => server.stop())

  it.each(['protocol', 'inline', 'strings'])('sends the same replies: %s', async (subject) => {
    // Without `one-write` a reply has left when the next command drops the connection.
    const apart = name === 'one-write'
    const { cases: all } = subjects.find((one) => one.name === subject)!
    const cases = all.filter((one) => !(apart && one.inOnePiece))
    // All that can be sent on one connection is one pipeline.
    const together = joined(`all of "${subject}" in one pipeline`, cases)
    const alone = cases.filter((one) => !canBeJoined(one) && (hasAll || one.big))
    for (const one of [together, ...alone]) {
      const failure = await runCase(server, one, 'whole')
      if (failure !== undefined) throw new Error(describeFailure(failure))
    }
  })
})
