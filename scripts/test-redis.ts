/** `npm run test:redis`: Redis' own test suite against the stages. */

import { resolve } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { readMachine } from '../src/measure/machine.ts'
import {
  contenderFromWord,
  contenderNames,
  needRedis,
  needTcl,
  runContender,
} from '../src/redis-tests/contender.ts'
import { haveSuite, suiteIn } from '../src/redis-tests/fetch.ts'
import { contenderLines } from '../src/redis-tests/report.ts'
import { type ContenderResult, isGood } from '../src/redis-tests/result.ts'
import { skipList } from '../src/redis-tests/skip-list.ts'
import { DEFAULT_TIMEOUT, suiteFiles } from '../src/redis-tests/suite.ts'
import { stagesHere } from '../src/run/available.ts'
import { stepsOf } from '../src/run/events.ts'

const line: CommandLine = {
  command: 'npm run test:redis',
  usage: '[-- stageN … redis] [options]',
  about: `Runs the test suite of Redis 7.0 against the stages, or against Redis itself: what it says of
strings, keys, expiry, SCAN and the protocol. Some three minutes for all stages.

The first run fetches the suite: Debian's source package of redis, with the list that it stands
in some 13 MB, kept in .lab/redis-tests. It needs a network, apt-get and the Debian package tcl;
with dpkg-dev, Debian's additions to the suite are in. Every later run is offline.`,
  options: {
    file: { type: 'string' },
    source: { type: 'string' },
    all: { type: 'boolean' },
    timeout: { type: 'string', default: String(DEFAULT_TIMEOUT) },
    json: { type: 'boolean' },
  },
  help: [
    '--file LIST    some of the files:',
    `               ${suiteFiles.slice(0, 4).join(',')},`,
    `               ${suiteFiles.slice(4).join(',')}`,
    '--source DIR   an unpacked source of Redis 7.0, in place of the one that is fetched',
    `--all          also the ${skipList.length} tests of the skip list, which need types of value that the`,
    '               lab does not have (src/redis-tests/skip-list.ts has the reason of each)',
    `--timeout SEC  give up where no test ends for so long (${DEFAULT_TIMEOUT})`,
    '--json         one JSON document, with every test, instead of the lines',
  ],
  examples: [
    'npm run test:redis',
    'npm run test:redis -- stage2 --file unit/scan',
    'npm run test:redis -- redis --all',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const names = readContenders(positionals)
  const files = readFiles(values.file)
  const timeout = readTimeout(String(values.timeout))
  needTcl()
  if (names.includes('redis')) needRedis()
  const suite =
    typeof values.source === 'string'
      ? await suiteIn(resolve(values.source))
      : await haveSuite(stepsOf(emit))
  const json = values.json === true
  const at = new Date().toISOString()
  const results: ContenderResult[] = []
  for (const name of names) {
    const everything = values.all === true
    const result = await runContender({
      ...{ name, files, everything, timeout },
      suite: suite.directory,
      step: stepsOf(emit),
    })
    emit({ type: 'result', directory: null })
    results.push(result)
    if (!json) console.log(contenderLines(result).join('\n'))
  }
  if (json) {
    const machine = readMachine()
    const { version } = suite
    const document = { format: 1, kind: 'redis-tests', at, machine, version, skipList, results }
    console.log(JSON.stringify(document, null, 2))
  }
  return results.every(isGood) ? 0 : 1
})

function readContenders(words: string[]): string[] {
  if (words.length === 0) return stagesHere().here.map(({ id }) => id)
  return words.map((word) => {
    const name = contenderFromWord(word)
    if (name !== undefined) return name
    throw wrongWords(`there is no '${word}' to test; there are ${contenderNames.join(', ')}`, line)
  })
}

function readFiles(list: string | boolean | undefined): readonly string[] {
  if (typeof list !== 'string') return suiteFiles
  const wanted = list.split(',')
  const unknown = wanted.find((file) => !suiteFiles.includes(file))
  if (unknown === undefined) return wanted
  throw wrongWords(`--file wants a list of ${suiteFiles.join(', ')}, not '${unknown}'`, line)
}

function readTimeout(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw wrongWords(`--timeout wants a number of seconds from 1, not '${text}'`, line)
}
