import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest'
import type { RunningServer } from '../run/server.ts'
import { type Case, isPlain, joined } from './case.ts'
import { subjects } from './cases/index.ts'
import { describeFailure, type Failure } from './failure.ts'
import { beforeTheCase, runCase, runTogether } from './runner.ts'
import { candidates } from './servers.ts'

// The runner has a deadline of its own, and says what it was waiting for.
vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

/** Redis' floats are as wide as the compiler's `long double`; the expected digits are x86-64's. */
const longDoubles = process.arch === 'x64'

const allCases = subjects.flatMap(({ cases }) => cases)
/**
 * Two cases can run side by side if neither touches what belongs to the whole server. They are sent
 * byte by byte then, and not once more alone.
 */
const pairs = inPairs(allCases.filter((one) => isPlain(one) && !one.wholeServer && !one.longDouble))
const paired = new Set(pairs.flat())

describe.each(candidates)('%s', (title, { missing, start }) => {
  const runs = (one: Case) =>
    !missing && (title !== 'redis-server' || !one.longDouble || longDoubles)
  let server: RunningServer
  let silent: string | undefined

  /** Fails the test; once a server says nothing at all, those that follow need not wait for it. */
  const check = (failure: Failure | undefined) => {
    if (!failure) return
    const message = describeFailure(failure)
    if (failure.name === beforeTheCase) silent = `the server had stopped answering: ${message}`
    throw new Error(message)
  }
  beforeEach(() => {
    if (silent !== undefined) throw new Error(silent)
  })
  if (!missing) {
    beforeAll(async () => {
      server = await start()
    })
    afterAll(async () => {
      await server.stop()
    })
  }

  for (const { name, cases } of subjects) {
    describe(name, () => {
      for (const one of cases) {
        it.skipIf(!runs(one))(one.name, async () => {
          check(await runCase(server, one, 'whole'))
          // How Redis reads pieces is not what is tested.
          if (title === 'redis-server') return
          if (!one.big && !paired.has(one)) check(await runCase(server, one, 'byte by byte'))
          await oneSplit(one, async (offsets) => check(await runCase(server, one, offsets)))
        })
      }

      it.skipIf(missing)('all in one pipeline', async () => {
        const together = joined(`all of "${name}" in one pipeline`, cases.filter(runs))
        check(await runCase(server, together, 'whole'))
        check(await runCase(server, together, [1000, 8191, 8192, 8193, 16384, 65536]))
      })
    })
  }

  it.skipIf(missing)('pairs of cases, interleaved over two connections', async () => {
    for (const [a, b] of pairs) {
      check(await runTogether(server, [a, b], a.big || b.big ? 'whole' : 'byte by byte'))
    }
  })
})

/** What is longer is sent whole only: stage 1 reads some 400,000 bytes a second. */
const longest = 1 << 18

/** A random split; fast-check prints the seed and the smallest split that fails. */
async function oneSplit(one: Case, run: (offsets: number[]) => Promise<void>): Promise<void> {
  const length = one.steps.reduce((sum, step) => sum + ('send' in step ? step.send.length : 0), 0)
  if (length < 2 || length > longest) return
  const splits = fc.uniqueArray(fc.integer({ min: 1, max: length - 1 }), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(fc.asyncProperty(splits, run), { numRuns: 1 })
}

function inPairs(cases: Case[]): [Case, Case][] {
  return Array.from({ length: Math.floor(cases.length / 2) }, (_, i) => [
    cases[2 * i]!,
    cases[2 * i + 1]!,
  ])
}
