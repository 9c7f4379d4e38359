/** `npm run bench:parser`: the stages' parsers beside those of two client libraries, in one process. */

import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { refuseWords } from '../src/cli/words.ts'
import { normalPlan, quickPlan } from '../src/experiment/parsers/bench.ts'
import { runParserBench } from '../src/experiment/parsers/run-parser-bench.ts'
import { readMachine } from '../src/measure/machine.ts'
import { judgedParser, parsersScreen, parserVerdicts } from '../src/report/parsers-report.ts'
import { stepsOf } from '../src/run/events.ts'

const line: CommandLine = {
  command: 'npm run bench:parser',
  usage: '[-- options]',
  about: `Runs every stage's parser, redis-parser and node-redis' decoder over the same streams of
commands, in one process, in turn; shows how much faster the last zero-copy parser is, and
whether large values cost more per byte if they arrive in small pieces. Every parser must
first read every command correctly. About a minute. Exit status 1 if a parser reads wrongly
or copies too much; a time that misses its goal is shown, and does not fail.`,
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    `--rounds N     how often each parser is timed (${normalPlan.rounds}, with --quick ${quickPlan.rounds})`,
    '--quick        shorter runs: a few seconds, and noisy',
    '--json         one JSON document instead of the tables',
  ],
  examples: ['npm run bench:parser', 'npm run bench:parser -- --rounds 31'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  refuseWords(positionals, line)
  const plan = values.quick === true ? quickPlan : normalPlan
  const rounds = readRounds(values.rounds, plan.rounds)
  const at = new Date().toISOString()
  const result = await runParserBench({ ...plan, rounds }, stepsOf(emit))
  emit({ type: 'result', directory: null })
  const [machine, verdicts] = [readMachine(), parserVerdicts(result)]
  const judged = judgedParser(result)
  const document = { format: 1, kind: 'parsers', at, machine, ...result, judged, verdicts }
  console.log(
    values.json === true ? JSON.stringify(document, null, 2) : parsersScreen(result, machine),
  )
  return verdicts.some(({ kind, verdict }) => kind === 'count' && verdict !== 'reached') ? 1 : 0
})

function readRounds(word: string | boolean | undefined, otherwise: number): number {
  if (word === undefined) return otherwise
  const rounds = /^\d+$/.test(String(word)) ? Number(word) : Number.NaN
  if (rounds >= 1 && rounds <= 1000) return rounds
  throw wrongWords(`--rounds takes a whole number from 1 to 1,000, not '${word}'`, line)
}
