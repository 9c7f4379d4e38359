/** `npm run test:redis`: Redis' own test suite against the stages. */

import { resolve } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { readMachine } from '../src/measure/machine.ts'
import { isGood, resultLines, type TargetResult } from '../src/redis-tests/result.ts'
import { skipList } from '../src/redis-tests/skip-list.ts'
import { defaultTimeout, findSuite, suiteFiles } from '../src/redis-tests/suite.ts'
import {
  checkInstalled,
  runTarget,
  targetFromWord,
  targetNames,
} from '../src/redis-tests/target-run.ts'
import { stepsOf } from '../src/run/events.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

const line: CommandLine = {
  command: 'npm run test:redis',
  usage: '[-- stageN … redis] [options]',
  about: `Runs the test suite of Redis 7.0 against the stages, or against Redis itself: its tests of
strings, keys, expiry, SCAN and the protocol. Some three minutes for all stages.

The suite is in the source of Redis, which this command does not fetch. On Debian 12:

  mkdir -p .lab && cd .lab && apt-get source --only-source redis

That needs a deb-src line in /etc/apt, and the packages dpkg-dev and tcl.`,
  options: {
    file: { type: 'string' },
    source: { type: 'string' },
    all: { type: 'boolean' },
    timeout: { type: 'string', default: String(defaultTimeout) },
    json: { type: 'boolean' },
  },
  help: [
    `--file LIST    some of the files: ${suiteFiles.join(', ')}`,
    '--source DIR   an unpacked source of Redis 7.0 (.lab/redis-7.0.*)',
    `--all          also the ${skipList.length} tests of the skip list, which need data types that the`,
    '               lab does not have (src/redis-tests/skip-list.ts has the reasons)',
    `--timeout SEC  give up if no test ends for so long (${defaultTimeout})`,
    '--json         one JSON document, with every test, instead of the lines',
  ],
  examples: [
    'npm run test:redis',
    'npm run test:redis -- stage2 --file unit/scan --source redis-7.0.15',
    'npm run test:redis -- redis --all',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const names = readTargets(positionals)
  const files = readFiles(values.file)
  const timeout = readTimeout(String(values.timeout))
  checkInstalled(names)
  const { source } = values
  const suite = await findSuite(typeof source === 'string' ? resolve(source) : undefined)
  const json = values.json === true
  const at = new Date().toISOString()
  const results: TargetResult[] = []
  for (const name of names) {
    const everything = values.all === true
    const run = { name, suite, files, everything, timeout }
    const result = await runTarget({ ...run, onStep: stepsOf(emit) })
    emit({ type: 'result', directory: null })
    results.push(result)
    if (!json) console.log(resultLines(result).join('\n'))
  }
  if (json) {
    const machine = readMachine()
    const { version } = suite
    const document = { format: 1, kind: 'redis-tests', at, machine, version, skipList, results }
    console.log(JSON.stringify(document, null, 2))
  }
  return results.every(isGood) ? 0 : 1
})

function readTargets(words: string[]): string[] {
  if (words.length === 0) return stagesHere().here.map(({ id }) => id)
  return words.map((word) => {
    const name = targetFromWord(word)
    if (name !== undefined) return name
    throw wrongWords(`there is no '${word}' to test; there are ${targetNames.join(', ')}`, line)
  })
}

function readFiles(list: string | boolean | undefined): readonly string[] {
  if (typeof list !== 'string') return suiteFiles
  const wanted = list.split(',')
  const unknown = wanted.find((file) => !suiteFiles.includes(file))
  if (unknown === undefined) return wanted
  throw wrongWords(`--file takes a list of ${suiteFiles.join(', ')}, not '${unknown}'`, line)
}

function readTimeout(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw wrongWords(`--timeout takes a number of seconds from 1, not '${text}'`, line)
}
