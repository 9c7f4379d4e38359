import { expect, it } from 'vitest'
import { valueOrUndefined } from '../measure/counted.ts'
import { reading } from '../measure/counters.ts'
import type { RunEvent } from '../run/events.ts'
import { findVariation, valueText } from './variations.ts'
import { startVaried, vary } from './vary.ts'

it.skipIf(process.platform !== 'linux')(
  'a SET of 45 bytes takes as many reads as buffers of that size fill',
  async () => {
    const events: RunEvent[] = []
    const varied = await vary(findVariation('receive-buffer')!, [16, 64], (event) =>
      events.push(event),
    )
    const reads = varied.points.map(({ server }) => valueOrUndefined(reading(server, 'reads')))
    expect(reads[0]).toBeCloseTo(3, 0)
    expect(reads[1]).toBeCloseTo(1, 0)
    expect(varied).toMatchObject({ variation: 'receive-buffer', points: [{ value: 16 }, {}] })
    // One bar over the whole run: every step says how long it all will still take.
    const left = events.flatMap((event) => (event.type === 'step' ? [event.secondsLeft] : []))
    expect(left.length).toBeGreaterThan(4)
    expect(left.every((seconds) => seconds !== undefined)).toBe(true)
    expect(left.toSorted((a, b) => b! - a!)).toEqual(left)
  },
)

it('the stage as it is starts with the flag of the usual size as well', async () => {
  const server = await startVaried(findVariation('receive-buffer')!, 8192)
  await server.stop()
  expect(await server.ended).toBe('exit code 0')
})

it('values in words', () => {
  const [buffer, pipeline] = [findVariation('receive-buffer')!, findVariation('pipeline')!]
  expect(buffer.values.map((value) => valueText(buffer, value))).toContain('64 bytes')
  expect(valueText(buffer, 8192)).toBe('8 KiB')
  expect([1, 16].map((value) => valueText(pipeline, value))).toEqual([
    'one at a time',
    'batches of 16',
  ])
})
