import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest'
import type { RunningServer } from '../run/server.ts'
import { type Case, canBeJoined, isPlain, joined, lengthOf } from './case.ts'
import { type Subject, subjects } from './cases/index.ts'
import { describeFailure, type Failure } from './failure.ts'
import { beforeTheCase, type Delivery, runCase, runTogether } from './runner.ts'
import { candidates, everyWay, hasAll } from './servers.ts'

// Each case is sent in one piece on a new connection. In other pieces, and interleaved with
// others, it is sent as a part of the pipeline of its subject, if it can be: a connection for each
// way of sending each case took four times as long, and found nothing more.
//
// The commands are the same code in all stages, so one stage with each store has every case on a
// connection of its own, and the others have it in the pipeline. To a parser one command is like
// another, so what is sent byte by byte is what is about bytes; the other subjects come in some
// hundred pieces. To a server that reads one byte at a time all pieces are alike: it gets none of
// what is long. `npm run test:conformance` sends everything to every stage in every way.

// The runner has a deadline of its own, and says what it was waiting for.
vi.setConfig({ testTimeout: 0, hookTimeout: 0 })

/** The subjects that are about the bytes of commands. */
const aboutBytes = ['protocol', 'inline', 'connecting']
/** Of the others, how long the pieces are of what is interleaved. */
const PIECE = 16

/** Redis' floats are as wide as the compiler's `long double`; the expected digits are x86-64's. */
const longDoubles = process.arch === 'x64'

/** Where a pipeline is cut: at the sizes of buffers. */
const BUFFER_ENDS = [1000, 8191, 8192, 8193, 16384, 65536]

describe.each(candidates)('%s', (title, { missing, readsBytes, start }) => {
  const runs = (one: Case) =>
    !missing &&
    (title !== 'redis-server' || !one.longDouble || longDoubles) &&
    !(readsBytes && (one.inOnePiece || (!everyWay && lengthOf(one) > LONGEST)))
  let server: RunningServer
  let silent: string | undefined

  /** Fails the test; once a server says nothing at all, those that follow need not wait for it. */
  const check = (failure: Failure | undefined) => {
    if (!failure) return
    const message = describeFailure(failure)
    if (failure.name === beforeTheCase) silent = `the server had stopped answering: ${message}`
    throw new Error(message)
  }
  const inPieces = async (one: Case, subject: string) => {
    // How Redis reads pieces is not what is tested.
    if (title === 'redis-server' || one.inOnePiece) return
    if (one.big && readsBytes && !everyWay) return
    const byBytes = everyWay || aboutBytes.includes(subject)
    if (!one.big && byBytes) check(await runCase(server, one, 'byte by byte'))
    await eachSplit(one, async (offsets) => check(await runCase(server, one, offsets)))
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
        if (!hasAll(title) && canBeJoined(one)) continue
        it.skipIf(!runs(one))(one.name, async () => {
          check(await runCase(server, one, 'whole'))
          if (!canBeJoined(one)) await inPieces(one, name)
        })
      }

      it.skipIf(missing)('all in one pipeline', async () => {
        const together = joined(`all of "${name}" in one pipeline`, cases.filter(runs))
        check(await runCase(server, together, 'whole'))
        await inPieces(together, name)
        if (title !== 'redis-server') check(await runCase(server, together, BUFFER_ENDS))
      })
    })
  }

  describe('interleaved over two connections', () => {
    for (const [a, b] of pairs(subjects.map(pipelineBeside))) {
      it.skipIf(missing)(`${a.name} | ${b.name}`, async () => {
        check(await runTogether(server, [a, b], piecesOf([a, b])))
      })
    }
    const apart = subjects.flatMap(({ cases }) => cases.filter((one) => isApart(one) && runs(one)))
    for (const [a, b] of pairs(apart)) {
      it.skipIf(missing)(`${a.name} | ${b.name}`, async () => {
        check(await runTogether(server, [a, b], a.big || b.big ? 'whole' : piecesOf([a, b])))
      })
    }
  })
})

/** Two cases can run side by side if neither touches what belongs to the whole server. */
function canBeBeside(one: Case): boolean {
  return isPlain(one) && !one.wholeServer && !one.longDouble
}

/** What of a subject can run beside another one, as one pipeline. */
function pipelineBeside({ name, cases }: Subject): Case {
  return joined(name, cases.filter(canBeBeside), 'FLUSHDB')
}

/** In which pieces two cases are interleaved: of one byte if they are short. */
function piecesOf(both: readonly Case[]): Delivery {
  const longest = Math.max(...both.map(lengthOf))
  if (everyWay || longest < SHORT) return 'byte by byte'
  return Array.from({ length: Math.ceil(longest / PIECE) }, (_, at) => at * PIECE)
}

/** Can run beside another, but not in a pipeline. */
function isApart(one: Case): boolean {
  return canBeBeside(one) && !canBeJoined(one) && !one.inOnePiece
}

/** What is longer is sent whole, and not to stage 1: it reads some 400,000 bytes per second. */
const LONGEST = 1 << 18
/** What is shorter is interleaved byte by byte. */
const SHORT = 1300
/** A split for so many bytes. */
const SPLIT = 100

/** A few random splits; fast-check prints the seed and the smallest split that fails. */
async function eachSplit(one: Case, run: (offsets: number[]) => Promise<void>): Promise<void> {
  const length = lengthOf(one)
  if (length < 2 || length > LONGEST) return
  const splits = fc.uniqueArray(fc.integer({ min: 1, max: length - 1 }), {
    minLength: 1,
    maxLength: one.big ? 4 : Math.max(4, Math.floor(length / SPLIT)),
    size: 'max',
  })
  await fc.assert(fc.asyncProperty(splits, run), { numRuns: one.big ? 1 : 2 })
}

function pairs(cases: Case[]): [Case, Case][] {
  return Array.from({ length: Math.floor(cases.length / 2) }, (_, i) => [
    cases[2 * i]!,
    cases[2 * i + 1]!,
  ])
}
