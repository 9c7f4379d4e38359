/** `npm run profilers -- stage1`: one stage through every profiler, and why they disagree. */
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { allProfilers } from '../src/experiment/profilers.ts'
import { profileLoadFlags, profileLoadHelp, readProfileLoad } from '../src/load/options.ts'
import { workloadText } from '../src/load/workload.ts'
import { readMachine } from '../src/measure/machine.ts'
import { disagreements, profilersScreen } from '../src/report/profilers-report.ts'
import { stepsOf } from '../src/run/events.ts'

const line: CommandLine = {
  command: 'npm run profilers',
  usage: '-- stageN [options]',
  about: `Runs one stage under perf, 0x, V8's CPU profiler and plain accounting with the same load, puts
their shares side by side and says where they disagree, and why. Under a minute.`,
  options: { ...profileLoadFlags, quick: { type: 'boolean' }, json: { type: 'boolean' } },
  help: [
    ...profileLoadHelp,
    '--quick        shorter recordings',
    '--json         all trees and shares as one JSON document instead of the table',
  ],
  examples: ['npm run profilers -- stage1', 'npm run profilers -- stage4 --pipeline 16'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const stage = stageFromWord(oneWord(positionals, line), 'npm run profilers -- stage1')
  const { workload, tests } = readProfileLoad(values)
  const quick = values.quick === true
  const lengths = quick ? { seconds: 1.5, warmUpSeconds: 1 } : { seconds: 4, warmUpSeconds: 2 }
  const all = await allProfilers(stage, { workload, tests, ...lengths }, stepsOf(emit))
  emit({ type: 'result', directory: null })
  if (values.json === true) {
    const machine = readMachine()
    const found = disagreements(all)
    console.log(
      JSON.stringify({ format: 1, machine, workload, ...all, disagreements: found }, null, 2),
    )
    return
  }
  const names = tests.map((test) => test.toUpperCase()).join(' and ')
  console.log(profilersScreen(stage, all, `${names}; ${workloadText(workload)}`))
})
