import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Workload } from '../load/workload.ts'
import { labRoot } from '../run/server.ts'
import { recordedStages } from './reference.ts'
import { type StageReport, stageScreen } from './stage-report.ts'

const recorded = (stage: string) =>
  JSON.parse(readFileSync(join(labRoot, 'profiles', stage, 'result.json'), 'utf8')) as StageReport

function screen(report: StageReport, changes: Partial<Workload> = {}): string {
  const workload = { ...report.workload, ...changes }
  return stripVTControlCharacters(stageScreen({ ...report, workload }, 'flamegraph.html', []))
}

test("the article's figures are shown beside ours only under its own load", () => {
  const report = recorded('stage1')
  expect(screen(report).match(/^article: (?:Redis|Zedis) /gm)).toHaveLength(4)
  expect(screen(report, { keyspace: 1000 })).toContain('article: Redis')
  for (const changes of [{ pipeline: 16 }, { payload: 100 }, { clients: 1 }]) {
    const other = screen(report, changes)
    expect(other).not.toContain('article: Redis')
    expect(other).toContain('no figures of the article here: its load was another one')
  }
})

test.each(recordedStages)(
  'the screen of $id is 80 columns wide at most, also with a busy client',
  ({ id }) => {
    const report = recorded(id)
    for (const { summary } of report.tests)
      summary.client = { busy: 0.99, userMicros: 0, systemMicros: 0 }
    const shown = screen(report)
    expect(shown.replace(/\s+/g, ' ')).toContain(
      'SET, GET: the load generator was the bottleneck; compare CPU per request',
    )
    expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([])
  },
)
