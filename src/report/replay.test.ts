/** What is recorded is shown as it is, says so, and is an error if it is not there. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { CommandLine } from '../cli/command.ts'
import { flameText } from '../flame/text.ts'
import { dateText } from '../measure/format.ts'
import { LabError } from '../run/lab-error.ts'
import { stageProgram } from '../run/program.ts'
import { labRoot } from '../run/server.ts'
import { graphLines } from './flame-graph.ts'
import { recordedStages } from './reference.ts'
import {
  orReplay,
  recordedComparison,
  recordedFoot,
  recordedGraph,
  recordedHead,
  recordedStage,
  refuseWithReplay,
} from './replay.ts'

const place = mkdtempSync(join(tmpdir(), 'lab replay '))
afterAll(() => rmSync(place, { recursive: true, force: true }))

it('a graph can be shown from every recording', async () => {
  for (const stage of recordedStages) {
    const recorded = await recordedStage(stage)
    expect(recorded.directory).toBe(join('profiles', stage.id))
    const graph = recordedGraph(stage, recorded)
    expect(flameText(graph.tree, stageProgram(stage).title)).toContain('total    self')
    expect(graphLines(graph).join('\n')).toContain('getting a command in')
  }
  expect((await recordedComparison()).tables.length).toBeGreaterThan(0)
})

it('the label says that it is recorded, when and where, above and below', async () => {
  const { report } = await recordedStage(recordedStages[0]!)
  const day = dateText(report.at)
  expect(day).toMatch(/^\d{1,2} [A-Z][a-z]{2} \d{4}$/)
  const head = recordedHead(report)
  expect(head).toContain(`RECORDED on ${day}. Nothing was run on this machine.`)
  expect(head.replaceAll('\n', ' ')).toContain(`${report.machine.cores} x ${report.machine.cpu}`)
  expect(head.split('\n').filter((line) => line.length > 80)).toEqual([])
  const foot = recordedFoot(report, 'npm run stage 1')
  expect(foot).toContain(`RECORDED on ${day}`)
  expect(foot).toContain('npm run stage 1')
})

it('a recording that is missing, cut off or something else is a LabError with a way on', async () => {
  const fails = (happened: RegExp) =>
    expect(recordedStage({ id: 'stage1' }, place)).rejects.toThrow(
      expect.objectContaining({
        name: 'LabError',
        message: expect.stringMatching(happened),
        next: expect.stringContaining('profiles/stage1'),
      }),
    )
  await fails(/no recording to replay: profiles\/stage1\/result\.json/)
  mkdirSync(join(place, 'stage1'))
  const file = join(place, 'stage1', 'result.json')
  writeFileSync(file, '{"format":1,"tests":[')
  await fails(/cannot be read/)
  writeFileSync(file, '{"format":2,"tests":[]}')
  await fails(/cannot be read/)
  cpSync(join(labRoot, 'profiles/stage1/result.json'), file)
  await expect(recordedStage({ id: 'stage1' }, place)).rejects.toThrow(/stage1\/profile\.json/)
  await expect(recordedComparison(place)).rejects.toThrow(/profiles\/compare\.json/)
})

it('refuses what would change a run, and nothing else', () => {
  const line = { command: 'npm run stage' } as CommandLine
  refuseWithReplay({ replay: true, json: true }, ['json'], line)
  expect(() => refuseWithReplay({ replay: true, requests: '5' }, ['json'], line)).toThrow(
    expect.objectContaining({ message: expect.stringContaining('--requests'), exitCode: 2 }),
  )
})

it('a failed run without a way on names the recording; another way on stays', () => {
  const stuck = new LabError('perf took no samples', { means: 'who knows' })
  expect(orReplay(stuck, 'npm run stage 1 -- --replay')).toMatchObject({
    message: 'perf took no samples',
    means: 'who knows',
    next: expect.stringMatching(/^npm run stage 1 -- --replay /),
  })
  const helped = new LabError('full', { next: 'make room' })
  expect(orReplay(helped, 'x')).toBe(helped)
  const fault = new TypeError('a fault')
  expect(orReplay(fault, 'x')).toBe(fault)
})
