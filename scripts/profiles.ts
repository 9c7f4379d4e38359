/** `npm run profiles`: takes new reference profiles, and updates the figures in README and docs. */
import { join } from 'node:path'
import { checkFindings } from '../src/article/findings.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { problemText } from '../src/course/blocks.ts'
import { updateDocs } from '../src/docs/fill.ts'
import { gatherEvidence, normalEvidence, quickEvidence } from '../src/experiment/evidence.ts'
import { variations } from '../src/experiment/variations.ts'
import { vary } from '../src/experiment/vary.ts'
import { readLoadOptions } from '../src/load/options.ts'
import { findingsScreen } from '../src/report/findings-list.ts'
import { keepComparison, keepReference, keepVariedReference } from '../src/report/reference.ts'
import { normalLengths, quickLengths, runStage } from '../src/report/run-stage.ts'
import { mustBeWritable } from '../src/run/disk.ts'
import { labRoot } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

const line: CommandLine = {
  command: 'npm run profiles',
  usage: '[-- --quick]',
  about: `Runs every stage under the article's load and makes the results the reference in profiles/;
then compares all of them, and Redis if it is installed, with one key and with a million, and
checks the article's claims:
profiles/compare.json, profiles/findings.json, the tables in README.md, and the figures
and charts in docs/. About half an hour; leave the machine alone meanwhile.`,
  options: { quick: { type: 'boolean' } },
  help: ['--quick        shorter runs, to try it out'],
  examples: ['npm run profiles'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  refuseWords(positionals, line)
  for (const place of [join(labRoot, 'profiles'), join(labRoot, 'docs'), labRoot])
    mustBeWritable(place, 'the reference')
  const lengths = values.quick === true ? quickLengths : normalLengths
  const results = new Map<string, string>()
  const { here, notes } = stagesHere()
  for (const stage of here) {
    const { directory } = await runStage(stage, readLoadOptions({}), lengths, emit)
    results.set(stage.id, directory)
  }
  const { evidence, comparison } = await gatherEvidence(
    values.quick === true ? quickEvidence : normalEvidence,
    emit,
    { keys: true },
  )
  const varied = []
  for (const one of variations) varied.push(await vary(one, one.values, emit))
  const findings = checkFindings(evidence)
  // Only now that all have gone well: a mixture of old and new would compare two machines.
  for (const [id, directory] of results) await keepReference(id, directory)
  keepComparison(comparison, findings)
  for (const one of varied) keepVariedReference(one)
  const docs = await updateDocs()
  emit({ type: 'result', directory: null })
  console.log(findingsScreen(findings))
  for (const note of notes) console.log(`\n${note}: its reference stays as it was`)
  console.log('\nprofiles/ and the figures in README.md and docs/ are of this run now')
  for (const problem of docs.problems) console.error(`✗ ${problemText(problem)}`)
  return docs.problems.length > 0 ? 1 : 0
})
