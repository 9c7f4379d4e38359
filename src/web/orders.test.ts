import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { results } from '../article/beside-redis.ts'
import { mechanism } from '../article/mechanism.ts'
import { labRoot } from '../run/server.ts'
import { readOrder } from './orders.ts'

const words = (order: unknown) => {
  const { script, words } = readOrder(order).command
  return [script, ...words].join(' ')
}

it.each([
  [{ kind: 'stage', stage: 'stage2' }, 'scripts/stage.ts stage2 --json'],
  [
    { kind: 'stage', stage: 'stage4', quick: true, pipeline: 16, tests: ['get', 'set'] },
    'scripts/stage.ts stage4 --quick --pipeline 16 --tests set,get --json',
  ],
  [{ kind: 'flame', stage: 'stage3', alloc: true }, 'scripts/flame.ts stage3 --alloc --json'],
  [{ kind: 'compare' }, 'scripts/compare.ts --json'],
  [
    { kind: 'compare', servers: ['redis', 'stage4'], pipeline: [1, 16], quick: true },
    'scripts/compare.ts --quick --pipeline 1,16 --servers stage4,redis --json',
  ],
  [
    { kind: 'compare', sweep: { over: 'clients', values: [1, 50] } },
    'scripts/compare.ts --sweep clients=1,50 --json',
  ],
  [{ kind: 'compare', ablate: 'stage4' }, 'scripts/compare.ts --ablate stage4 --json'],
  [{ kind: 'findings', quick: true }, 'scripts/findings.ts --quick --json'],
  [{ kind: 'lesson', lesson: 'stage1' }, 'src/web/lesson-process.ts stage1'],
  [{ kind: 'lesson', lesson: 'delivery' }, 'src/web/lesson-process.ts delivery'],
  [{ kind: 'slider', slider: 'receive-buffer', value: 64 }, 'scripts/vary.ts receive-buffer 64'],
  [{ kind: 'check', task: 'stage2' }, 'scripts/check.ts mine/stage2 --no-race --json'],
  [{ kind: 'check', task: 'stage2', race: true }, 'scripts/check.ts mine/stage2 --json'],
  [{ kind: 'check', task: 'orders' }, 'scripts/check.ts mine/orders --race-if-reached --json'],
  [{ kind: 'broken', pitfall: 'cold' }, 'scripts/broken.ts --only cold --json'],
  [{ kind: 'finding', finding: mechanism[0]!.id }, 'scripts/flame.ts stage1 --text'],
])('%j is run as %s', (order, command) => {
  expect(words(order)).toBe(command)
})

it('is said as a person types it', () => {
  const { typed } = readOrder({ kind: 'check', task: 'stage2' }).command
  expect(typed).toBe('npm run check mine/stage2 -- --no-race')
})

it('every finding has a command that can be run', () => {
  for (const { id, command } of [...mechanism, ...results]) {
    const found = readOrder({ kind: 'finding', finding: id }).command
    expect(found.typed).toBe(command)
    expect(existsSync(join(labRoot, found.script)), found.script).toBe(true)
  }
})

it.each([
  [{ kind: 'slider', slider: 'nothing', value: 64 }, /no such experiment/],
  [{ kind: 'slider', slider: 'receive-buffer', value: 65 }, /the slider goes over 16, 32/],
  [{ kind: 'slider', slider: 'pipeline', value: '16' }, /the slider goes over 1, 2/],
])('%j is refused', (order, why) => {
  expect(() => readOrder(order)).toThrow(why)
})
