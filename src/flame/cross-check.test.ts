import { expect, test } from 'vitest'
import { crossCheck } from './cross-check.ts'

const unit = { counts: 'samples', worth: 2000, of: 'µs' } as const

/** A profile of `samples` samples beside an accounting in ms. */
function check(samples: number, kernel: number, cpu: { user: number; system: number }) {
  const micros = { user: cpu.user * 1000, system: cpu.system * 1000 }
  return crossCheck({ samples, unit }, { kernel }, micros, true)
}

test('in a short window two shares may be ten points apart by chance', () => {
  const { agrees, text } = check(150, 0.6, { user: 90, system: 210 })
  expect(agrees).toBe(true)
  expect(text).toBe('kernel: 60 % of the samples, 70 % of the accounted time')
})

test('in a long one they may not', () => {
  const { agrees, text } = check(6000, 0.6, { user: 3600, system: 8400 })
  expect(agrees).toBe(false)
  expect(text).toContain('70 % of the accounted time: they do not agree')
})

test('a simulated window is called false about once in 400', () => {
  // 300 samples and 60 steps of a server that spends 65 % in the kernel; a seeded generator.
  let state = 42
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const draw = (count: number) => {
    let hits = 0
    for (let at = 0; at < count; at++) hits += random() < 0.65 ? 1 : 0
    return hits
  }
  let alarms = 0
  for (let window = 0; window < 1000; window++) {
    const system = draw(60)
    const { agrees } = check(300, draw(300) / 300, {
      user: (60 - system) * 10,
      system: system * 10,
    })
    if (!agrees) alarms++
  }
  expect(alarms).toBeLessThan(12)
})

test('samples that perf lost are seen in the total, though the shares agree', () => {
  const { agrees, text } = check(600, 0.7, { user: 600, system: 1400 })
  expect(agrees).toBe(false)
  expect(text).toContain('the samples stand for 1.20 s of 2.00 s: perf lost some')
  expect(check(980, 0.7, { user: 600, system: 1400 }).agrees).toBe(true)
})

test('without an accounting, or without the kernel, there is nothing to compare', () => {
  expect(crossCheck({ samples: 100, unit }, { kernel: 0.5 }, undefined, true).agrees).toBe(
    undefined,
  )
  const blind = crossCheck({ samples: 100, unit }, { kernel: 0 }, { user: 2e5, system: 2e5 }, false)
  expect(blind).toMatchObject({ agrees: undefined, kernelShare: undefined, systemShare: 0.5 })
  expect(blind.text).toContain('the samples stand for 50 % of the accounted time')
})
