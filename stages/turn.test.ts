/** A turn of the ring has an end: what is left in the kernel's queue is for the next one. */
import { expect, it } from 'vitest'
import { MAX_CLIENTS } from '../src/server/limits.ts'
import { unsupportedReason } from './stage6/unsupported.ts'

/** No file has so high a descriptor: each request fails, and that is an event. */
const NO_FILE = 100_000

const why = await unsupportedReason()

it.skipIf(why !== undefined)('reports each event once, in order, some in each turn', async () => {
  const { Ring } = await import('./stage6/ring.ts')
  const ring = new Ring()
  ring.begin()
  const count = 20
  const done: number[] = []
  // There are no such files: each request fails, and that is an event.
  for (let at = 0; at < count; at++) {
    ring.setHandler(1000 + at, { complete: () => done.push(at) })
    ring.cancel(1000 + at)
  }
  const inTurns: number[] = []
  while (done.length < count) {
    ring.enter(true) // does not wait while something is left
    ring.completeFailures()
    let left = 3
    inTurns.push(ring.completeRest(() => --left > 0))
  }
  expect(done).toEqual(Array.from({ length: count }, (_, at) => at))
  expect(inTurns).toEqual([3, 3, 3, 3, 3, 3, 2])
  ring.close()
})

it.skipIf(why !== undefined)(
  'tells at once of what was not sent, however many events wait',
  async () => {
    const { Ring, SENT_AT_ONCE } = await import('./stage6/ring.ts')
    const ring = new Ring()
    ring.begin()
    // One for each of as many clients as there can be, and for every second one another.
    for (let at = 0; at < 1.5 * MAX_CLIENTS; at++) ring.cancel(NO_FILE)
    const failed: number[] = []
    ring.setHandler(NO_FILE, { complete: (what) => failed.push(what) })
    ring.sendAtOnce(NO_FILE, 0, 0)
    ring.enter(false)
    ring.completeFailures()
    expect(failed).toEqual([SENT_AT_ONCE])
    ring.close()
  },
)
