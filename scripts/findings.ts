/** `npm run findings`: every claim of the article, checked on this machine. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkFindings } from '../src/article/findings.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { throwFailure } from '../src/experiment/compare.ts'
import { gatherEvidence, normalEvidence, quickEvidence } from '../src/experiment/evidence.ts'
import { keepResults } from '../src/experiment/results.ts'
import { readMachine } from '../src/measure/machine.ts'
import { findingsScreen } from '../src/report/findings-list.ts'
import { busyLines } from '../src/report/stage-report.ts'

const line: CommandLine = {
  command: 'npm run findings',
  usage: '[-- options]',
  about: `Checks every claim of the article on this machine: what it says, what was measured here,
and a verdict that rests on counters and on ratios with their intervals. Some five minutes.`,
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' } },
  help: [
    '--quick        shorter rounds, some two minutes: a look, not a measurement',
    '--json         one JSON document, with all rounds, instead of the list',
  ],
  examples: ['npm run findings'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  refuseWords(positionals, line)
  const { evidence, comparison } = await gatherEvidence(
    values.quick === true ? quickEvidence : normalEvidence,
    emit,
  )
  const findings = checkFindings(evidence)
  const machine = readMachine()
  const { at, load } = comparison
  const document = { format: 1, at, machine, load, findings, evidence, comparison }
  const text = `${JSON.stringify(document, null, 2)}\n`
  const directory = await keepResults('findings', (draft) =>
    writeFile(join(draft, 'findings.json'), text),
  )
  emit({ type: 'result', directory })
  if (values.json === true) process.stdout.write(text)
  else {
    console.log(findingsScreen(findings))
    for (const text of busyLines(comparison)) console.log(text)
    console.log(`\nAll figures  ${join(directory, 'findings.json')}`)
  }
  throwFailure(comparison)
  return 0
})
