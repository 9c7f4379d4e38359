/** `npm run clinic -- doctor stage2`: clinic's tools on a stage, under the lab's load. */
import { resolve } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { asCalled } from '../src/cli/called-as.ts'
import { paint } from '../src/cli/colour.ts'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { entryFlags, toolHelp } from '../src/cli/load-words.ts'
import { readToolSubject } from '../src/cli/tool-words.ts'
import { runToolOn, toolCautions } from '../src/experiment/outside-tools.ts'
import { profileLoadFlags, profileLoadHelp } from '../src/load/options.ts'
import { wrap } from '../src/report/format.ts'
import { stepsOf } from '../src/run/events.ts'
import { labRoot } from '../src/run/server.ts'

const clinicTools = ['doctor', 'flame', 'heapprofiler', 'bubbleprof'] as const

const line: CommandLine = {
  command: 'npm run clinic',
  usage: `-- ${clinicTools.join('|')} stageN|FILE [options] [-- ARGUMENTS]`,
  about: `Runs one of clinic's tools on a stage under the lab's load, or on your own program, and keeps the page that it draws.
doctor says what to look at, flame draws a flame graph of JavaScript, heapprofiler shows who
holds memory, bubbleprof where the server waits. Nothing is sent anywhere. A tool that does
not work here is skipped, with the reason.`,
  takesArguments: true,
  options: {
    ...profileLoadFlags,
    ...entryFlags,
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    open: { type: 'boolean' },
  },
  help: [
    ...profileLoadHelp,
    ...toolHelp,
    '--quick        a shorter load',
    '--open         open the browser even if no desktop is seen',
    '--json         one JSON document; no browser',
  ],
  examples: [
    'npm run clinic -- doctor stage2',
    'npm run clinic -- flame stage1 --quick',
    'npm run clinic -- doctor ../my-app/server.ts --http http://127.0.0.1:3000/items',
  ],
}

/** Length of the load, in seconds; doctor needs more than a second. */
const lengths = { normal: 4, quick: 1.5 }

runCommand(line, async (words, emit) => {
  const { values, positionals } = words
  const [word, ...rest] = positionals
  const tool = clinicTools.find((name) => name === word)
  if (tool === undefined) {
    const known = clinicTools.join(', ')
    throw wrongWords(
      word === undefined
        ? `which tool? There are ${known}`
        : `there is no tool '${word}'; there are ${known}`,
      line,
    )
  }
  if (rest.length > 1) throw wrongWords(`name one stage, not ${rest.length}`, line)
  const { subject, load, seconds: asked } = readToolSubject(rest, words, line)
  const seconds = asked ?? (values.quick === true ? lengths.quick : lengths.normal)
  const result = await runToolOn(tool, subject, { load, seconds, warmUpSeconds: 0 }, stepsOf(emit))
  emit({ type: 'result', directory: null })
  if (values.json === true) return void console.log(JSON.stringify(result, null, 2))
  if ('skipped' in result) {
    console.log(
      `${paint.yellow('skipped')}  clinic ${tool} on ${subject.program.name}: ${result.skipped}`,
    )
    console.log(asCalled(`  → ${subject.flame}, which does not need it`))
    return
  }
  console.log(`clinic ${tool} on ${subject.program.name}  ${result.page}`)
  console.log(wrap(asCalled(toolCautions[tool](subject)), '  ').join('\n'))
  await openOnDesktop(resolve(labRoot, result.page), values.open === true)
})
