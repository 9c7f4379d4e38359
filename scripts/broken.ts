/** `npm run broken`: wrong benchmarks, each beside the right one. */

import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { normalPace, quickPace } from '../src/experiment/broken/broken-case.ts'
import { brokenCases } from '../src/experiment/broken/cases.ts'
import { readMachine } from '../src/measure/machine.ts'
import { type BrokenResult, brokenLines, brokenSummary } from '../src/report/broken-report.ts'
import { step } from '../src/run/events.ts'

const names = brokenCases.map(({ name }) => name)

const line: CommandLine = {
  command: 'npm run broken',
  usage: '[-- options]',
  about: `Runs wrong benchmarks, one by one, each beside the right one, so that you see what each of
them gets wrong and by how much. About a minute. A lie that does not show on this machine
in this run is not claimed.`,
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    '--only LIST    some of them:',
    `               ${names.join(',')}`,
    '--quick        shorter runs: half the time, more noise',
    '--json         one JSON document instead of the text',
  ],
  examples: ['npm run broken', 'npm run broken -- --only cold,unchecked --quick'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  if (positionals.length > 0) throw wrongWords(`what is '${positionals[0]}'?`, line)
  const chosen = readOnly(values.only)
  const pace = values.quick === true ? quickPace : normalPace
  const json = values.json === true
  const at = new Date().toISOString()
  const results: BrokenResult[] = []
  for (const [index, { run, ...words }] of chosen.entries()) {
    const place = `${index + 1} of ${chosen.length}, ${words.title}`
    const evidence = await run(pace, (text) => emit(step(`${place}: ${text}`)))
    emit({ type: 'result', directory: null })
    const result = { ...words, evidence }
    results.push(result)
    if (!json) console.log(`${brokenLines(result).join('\n')}\n`)
  }
  if (!json) return void console.log(brokenSummary(results))
  const document = { format: 1, kind: 'broken', at, machine: readMachine(), pace, results }
  console.log(JSON.stringify(document, null, 2))
})

function readOnly(list: string | boolean | undefined) {
  if (typeof list !== 'string') return brokenCases
  const wanted = list.split(',')
  const unknown = wanted.find((word) => !names.includes(word))
  if (unknown !== undefined) {
    throw wrongWords(`--only wants a list of ${names.join(', ')}, not '${unknown}'`, line)
  }
  return brokenCases.filter(({ name }) => wanted.includes(name))
}
