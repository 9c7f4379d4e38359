import { expect, it } from 'vitest'
import { type Frame, growTree } from '../flame/tree.ts'
import { culpritOf } from './tools-beside.ts'

const own = (name: string, line: number): Frame => ({ name, kind: 'js', file: 'server.ts', line })
const node: Frame = { name: 'emit', kind: 'js', file: 'node:events', line: 1 }
const kernel: Frame = { name: 'sys_write', kind: 'kernel', file: 'kernel' }

it('counts what others do for a function, and nothing of what its own callees do', () => {
  const root = growTree([
    {
      frames: [node, own('handle', 1), own('clone', 9), { name: 'stringify', kind: 'builtin' }],
      count: 5,
    },
    { frames: [node, own('handle', 1), own('clone', 9)], count: 1 },
    { frames: [node, own('handle', 1), node, kernel], count: 4 },
    { frames: [node], count: 2 },
  ])
  expect(culpritOf(root)).toEqual({ label: 'clone server.ts:9', share: 0.5 })
})

it('names nothing if no own code was seen', () => {
  expect(culpritOf(growTree([{ frames: [node], count: 2 }]))).toBeUndefined()
})
