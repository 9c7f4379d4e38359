/** `npm run broken`: wrong benchmarks, each beside the right one. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { readMachine } from '../src/measure/machine.ts'
import {
  type BrokenFailure,
  type BrokenResult,
  brokenLines,
  brokenSummary,
  failureLines,
} from '../src/pitfalls/broken-screen.ts'
import { normalPace, quickPace } from '../src/pitfalls/pitfall.ts'
import { livePitfalls } from '../src/pitfalls/pitfalls.ts'
import { step } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'

const names = livePitfalls.map(({ name }) => name)

const line: CommandLine = {
  command: 'npm run broken',
  usage: '[-- options]',
  about: `Runs wrong benchmarks, each beside the right one, and shows by how much each of them is
off and why. About a minute. A difference that the noise explains is called inconclusive.`,
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
  refuseWords(positionals, line)
  const chosen = readOnly(values.only)
  const pace = values.quick === true ? quickPace : normalPace
  const json = values.json === true
  const at = new Date().toISOString()
  const results: BrokenResult[] = []
  const failures: BrokenFailure[] = []
  const print = (lines: string[]) => {
    emit({ type: 'result', directory: null })
    if (!json) console.log(`${lines.join('\n')}\n`)
  }
  for (const [index, { name, live }] of chosen.entries()) {
    const { title, wrong, right } = live
    const place = `${index + 1} of ${chosen.length}, ${title}`
    try {
      const evidence = await live.run(pace, (text) => emit(step(`${place}: ${text}`)))
      const result = { name, title, wrong, right, evidence }
      results.push(result)
      print(brokenLines(result))
    } catch (failure) {
      // The others are independent of it.
      if (!(failure instanceof LabError) || chosen.length === 1) throw failure
      const failed = { name, title, wrong, right, failure: failure.message }
      failures.push(failed)
      print(failureLines(failed))
    }
  }
  if (json) {
    const machine = readMachine()
    const document = { format: 1, kind: 'broken', at, machine, pace, results, failures }
    console.log(JSON.stringify(document, null, 2))
  } else {
    console.log(brokenSummary(results, failures.length))
  }
  return failures.length > 0 ? 1 : 0
})

function readOnly(list: string | boolean | undefined) {
  if (typeof list !== 'string') return livePitfalls
  const wanted = list.split(',')
  const unknown = wanted.find((word) => !names.includes(word))
  if (unknown !== undefined) {
    throw wrongWords(`--only takes a list of ${names.join(', ')}, not '${unknown}'`, line)
  }
  return livePitfalls.filter(({ name }) => wanted.includes(name))
}
