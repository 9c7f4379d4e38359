import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { defaultWorkload } from '../load/workload.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { clinicOn } from './clinic.ts'

it('doctor looks at a stage under load, and its page is kept', async () => {
  const plan = { workload: defaultWorkload, tests: ['set'] as const, seconds: 1.2 }
  const result = await clinicOn('doctor', stages[1]!, plan, () => {})
  if ('skipped' in result) throw new Error(result.skipped)
  const page = join(labRoot, result.page)
  expect(existsSync(page)).toBe(true)
  expect(result.bytes).toBeGreaterThan(100_000)
  await rm(dirname(page), { recursive: true })
}, 60_000)
