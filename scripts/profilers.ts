/** `npm run profilers -- stage1`: one program through every profiler, and why they disagree. */
import { type CommandLine, runCommand, type Words } from '../src/cli/command.ts'
import { entryFlags, toolHelp } from '../src/cli/load-words.ts'
import { readToolSubject } from '../src/cli/tool-words.ts'
import type { LoadPlan } from '../src/experiment/loads.ts'
import type { ToolSubject } from '../src/experiment/outside-tools.ts'
import { allProfilers } from '../src/experiment/profilers.ts'
import { toolsBeside } from '../src/experiment/tools-beside.ts'
import { profileLoadFlags, profileLoadHelp, readProfileLoad } from '../src/load/options.ts'
import { readMachine } from '../src/measure/machine.ts'
import { disagreements, profilersScreen } from '../src/report/profilers-report.ts'
import { toolsScreen } from '../src/report/tools-report.ts'
import { type Emit, stepsOf } from '../src/run/events.ts'

const line: CommandLine = {
  command: 'npm run profilers',
  usage: '-- stageN|FILE [options] [-- ARGUMENTS]',
  about: `Runs one stage under perf, 0x, V8's CPU profiler and plain accounting with the same load, puts
their shares side by side and says where they disagree, and why. Under a minute. With
--tools, and for your own program, it sets the lab beside 0x, clinic flame, --cpu-prof and
@platformatic/flame: which names the culprit with file and line, which sees kernel and GC,
and what each costs the program. Two minutes.`,
  takesArguments: true,
  options: {
    ...profileLoadFlags,
    ...entryFlags,
    tools: { type: 'boolean' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    ...profileLoadHelp,
    ...toolHelp,
    '--tools        a stage beside the tools that people use',
    '--quick        shorter recordings',
    '--json         all trees and shares as one JSON document instead of the table',
  ],
  examples: [
    'npm run profilers -- stage1',
    'npm run profilers -- stage4 --pipeline 16',
    'npm run profilers -- ../my-app/server.ts --http http://127.0.0.1:3000/items',
  ],
}

runCommand(line, async (words, emit) => {
  const { values, positionals } = words
  const { subject, load, stage, seconds } = readToolSubject(positionals, words, line)
  const quick = values.quick === true
  const usual = quick ? { seconds: 1.5, warmUpSeconds: 1 } : { seconds: 4, warmUpSeconds: 2 }
  const lengths = { ...usual, seconds: seconds ?? usual.seconds }
  if (stage === undefined || values.tools === true) {
    return await beside(subject, load, lengths, values, emit)
  }
  const all = await allProfilers(stage, { load, ...lengths }, stepsOf(emit))
  emit({ type: 'result', directory: null })
  if (values.json === true) {
    const machine = readMachine()
    const { workload } = readProfileLoad(values)
    const found = disagreements(all)
    console.log(
      JSON.stringify({ format: 1, machine, workload, ...all, disagreements: found }, null, 2),
    )
    return
  }
  console.log(profilersScreen(stage, all, load.text))
})

async function beside(
  subject: ToolSubject,
  load: LoadPlan,
  lengths: { seconds: number; warmUpSeconds: number },
  values: Words['values'],
  emit: Emit,
): Promise<undefined> {
  const all = await toolsBeside(subject, { load, ...lengths }, stepsOf(emit))
  emit({ type: 'result', directory: null })
  const { program } = subject
  if (values.json === true) {
    const at = new Date().toISOString()
    const document = {
      format: 1,
      at,
      machine: readMachine(),
      program: program.name,
      load: load.text,
    }
    console.log(JSON.stringify({ ...document, ...all }, null, 2))
    return
  }
  console.log(toolsScreen(program.name, load.text, all))
}
