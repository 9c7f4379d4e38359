import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { shares } from '../flame/roles.ts'
import { walk } from '../flame/tree.ts'
import { defaultWorkload } from '../load/workload.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { respLoad } from './loads.ts'
import { runToolOn, stageSubject, zeroXTree } from './outside-tools.ts'

const plan = {
  load: respLoad(defaultWorkload, ['set']),
  seconds: 0.7,
  warmUpSeconds: 0.2,
}

it('doctor looks at a stage under load, and its page is saved', async () => {
  const result = await runToolOn('doctor', stageSubject(stages[1]!), plan, () => {})
  if ('skipped' in result) throw new Error(result.skipped)
  const page = join(labRoot, result.page)
  expect(existsSync(page)).toBe(true)
  expect(result.bytes).toBeGreaterThan(100_000)
  await rm(dirname(page), { recursive: true })
}, 60_000)

it('what 0x samples is JavaScript, with TypeScript by name and line, and no read', async () => {
  const { tree } = await zeroXTree(stageSubject(stages[0]!), plan, () => {})
  expect(tree).toMatchObject({ source: '0x', unit: { of: 'µs' } })
  const { byRole } = shares(tree)
  expect(byRole.read).toBe(0)
  expect(byRole.reply).toBeGreaterThan(0)
  const lines: number[] = []
  walk(tree.root, ({ file, line }) => {
    if (file?.startsWith('stages/stage1/') === true) lines.push(line!)
  })
  expect(Math.max(...lines)).toBeGreaterThan(1)
  expect(JSON.stringify(tree)).not.toContain(labRoot)
}, 60_000)
