/** `npm run test:faults`: faults that a server must survive, at full size. */

import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { faults, type Outcome, runFault } from '../src/faults/long.ts'
import { readMachine } from '../src/measure/machine.ts'
import { outcomeLine, stageLines } from '../src/report/faults-report.ts'
import { step } from '../src/run/events.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

const names = faults.map(({ name }) => name)

const line: CommandLine = {
  command: 'npm run test:faults',
  usage: '[-- stageN …] [options]',
  about: `Exposes the stages to faults that a server must survive, at full size;
npm test has the short versions.

${faults.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

Some ten minutes for a stage; --only chooses.`,
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    `--only LIST    some of them: ${names.join(', ')}`,
    '--quick        a tenth of everything but the limits',
    '--json         one JSON document, with what was counted, instead of the lines',
  ],
  examples: ['npm run test:faults', 'npm run test:faults -- stage4 --only connections,deaf'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const chosen = positionals.map((word) => stageFromWord(word, 'npm run test:faults -- stage4'))
  const wanted = readOnly(values.only)
  const share = values.quick === true ? 0.1 : 1
  const json = values.json === true
  const at = new Date().toISOString()
  const results: { stage: string; outcomes: Outcome[] }[] = []
  const { here, notes } = stagesHere()
  if (chosen.length === 0) for (const note of notes) console.error(note)
  for (const stage of chosen.length === 0 ? here : chosen) {
    const outcomes: Outcome[] = []
    for (const fault of faults.filter(({ name }) => wanted.includes(name))) {
      emit(step(`${stage.id}: ${fault.name}`))
      const show = (done: number) =>
        emit({ type: 'progress', share: done, text: `${Math.round(done * 100)} %` })
      const outcome = await runFault(fault, stage, share, show)
      outcomes.push(outcome)
      // At once: a run that is interrupted has shown what it counted.
      if (!json) console.log(outcomeLine(outcome))
    }
    emit({ type: 'result', directory: null })
    results.push({ stage: stage.id, outcomes })
    if (!json) console.log(stageLines(stage.id, outcomes).join('\n'))
  }
  if (json) {
    const document = { format: 1, kind: 'faults', at, machine: readMachine(), share, results }
    console.log(JSON.stringify(document, null, 2))
  }
  const failed = results.some(({ outcomes }) => outcomes.some(({ failure }) => failure))
  return failed ? 1 : 0
})

function readOnly(list: string | boolean | undefined): string[] {
  if (typeof list !== 'string') return names
  const wanted = list.split(',')
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown === undefined) return wanted
  throw wrongWords(`--only needs a list of ${names.join(', ')}, not '${unknown}'`, line)
}
