/** What is in git must be what the commands write: no figure is typed by hand. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labRoot } from '../run/server.ts'
import { readComparison, readFindings, readReferences, recordedStages } from './reference.ts'

function referenceFiles(): string[] {
  const ofStages = recordedStages.flatMap(({ id }) => {
    const directory = join(labRoot, 'profiles', id)
    return readdirSync(directory).map((name) => join(directory, name))
  })
  const others = ['compare.json', 'findings.json'].map((name) => join(labRoot, 'profiles', name))
  return [...ofStages, ...others]
}

it('a reference has its picture, tree and figures', async () => {
  const reports = await readReferences()
  expect(reports.map(({ stage }) => stage.id)).toEqual(recordedStages.map(({ id }) => id))
  expect(reports.length).toBeGreaterThan(0)
  for (const { stage, tests } of reports) {
    expect(readdirSync(join(labRoot, 'profiles', stage.id)).sort()).toEqual([
      'flamegraph.svg',
      'profile.json',
      'result.json',
    ])
    expect(tests.every(({ summary }) => summary.repliesChecked)).toBe(true)
  }
})

it('the findings are of the same run as the comparison, and have a verdict each', async () => {
  const [{ at, findings }, comparison] = [await readFindings(), await readComparison()]
  expect(at).toBe(comparison.at)
  expect(findings.length).toBeGreaterThan(15)
})

it('the references together stay under 6 MB, and name no place on a disk', () => {
  const files = referenceFiles()
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  expect(bytes).toBeLessThan(6e6)
  const home = homedir()
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(text.includes(labRoot), file).toBe(false)
    if (home.length > 1) expect(text.includes(`${home}/`), file).toBe(false)
    expect(/\/home\/\w|\/Users\/\w|file:\/\/\//.test(text), file).toBe(false)
  }
})
