import { expect, it } from 'vitest'
import { crossCheck } from '../../flame/cross-check.ts'
import { captureNotes } from './flame-view-data.ts'

const check = crossCheck(
  { samples: 100, unit: { counts: 'samples', worth: 1000, of: 'µs' } },
  { kernel: 0 },
  undefined,
  false,
)
const perf = { source: 'perf', why: 'it sees all', remedy: undefined } as const
const warningsOf = (capture: Parameters<typeof captureNotes>[0]) =>
  captureNotes(capture, 2).flatMap(({ text, warns }) => (warns ? [text] : []))

it('why it was not perf, and the command for it, are one warning', () => {
  const route = {
    source: 'cpu-prof',
    why: 'no perf: perf is not installed',
    remedy: 'install it',
  } as const
  expect(warningsOf({ check, route })).toEqual(['no perf: perf is not installed → install it'])
  const asked = { source: 'cpu-prof', why: 'asked for', remedy: undefined } as const
  expect(warningsOf({ check, route: asked })).toEqual([])
})

it('a busy machine is a warning, and a quiet one is not', () => {
  const machineLoad = { before: 8.7, after: 9.6, coreShare: 0.4 }
  expect(warningsOf({ check, route: perf, machineLoad })).toEqual([
    expect.stringContaining('The machine was busy: load average 8.7 before, 9.6 after'),
  ])
  const quiet = { ...machineLoad, coreShare: 0.95 }
  expect(warningsOf({ check, route: perf, machineLoad: quiet })).toEqual([])
})
