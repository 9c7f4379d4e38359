/** `npm run bench -- --target HOST:PORT`: the lab's load on a server that the lab did not start. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { progressLine } from '../src/cli/progress.ts'
import { readPort } from '../src/cli/words.ts'
import type { Summary } from '../src/load/control.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { startTool } from '../src/load/start.ts'
import { readMachine } from '../src/measure/machine.ts'
import { clientBound, loadHead, loadRow, workloadText } from '../src/report/load-table.ts'
import { watcherOn } from '../src/report/watcher.ts'

const EXAMPLE = 'npm run bench -- --target 127.0.0.1:6379'

const line: CommandLine = {
  command: 'npm run bench',
  usage: '-- --target HOST:PORT [options]',
  about: `Puts the lab's load on any server that speaks RESP and checks every reply. It writes
keys named key:000000000000 and the like; what they held before is lost.`,
  options: { ...loadFlags, target: { type: 'string' }, json: { type: 'boolean' } },
  help: [
    '--target H:P   the server, e.g. 127.0.0.1:6379',
    ...loadHelp.map((text) => text.replace('requests of each test', '$& (100,000)')),
    '--json         one JSON document instead of the table',
  ],
  examples: [EXAMPLE, `${EXAMPLE} --tests ping,set,get --pipeline 16`],
}

runCommand(line, async ({ values, positionals }) => {
  if (positionals.length > 0) throw wrongWords(`what is '${positionals[0]}'?`, line)
  if (typeof values.target !== 'string') throw wrongWords('which server? --target HOST:PORT', line)
  const target = readTarget(values.target)
  const { tests, tool, requests = 100_000, ...workload } = readLoadOptions(values)
  const progress = progressLine()
  const watcher = watcherOn(progress)
  watcher.step(`connecting to ${values.target}`)
  const load = await startTool(tool, target, workload)
  const summaries: Summary[] = []
  try {
    await load.fill()
    for (const test of tests) {
      watcher.step(`measuring ${test.toUpperCase()}`)
      summaries.push(await load.run({ test, requests }, watcher.progress))
    }
  } finally {
    await load.stop()
  }
  progress.clear()
  if (values.json === true) {
    const machine = readMachine()
    console.log(
      JSON.stringify({ format: 1, target: values.target, machine, workload, summaries }, null, 2),
    )
    return
  }
  console.log(`${values.target}: ${workloadText(workload)}`)
  console.log(loadHead())
  for (const summary of summaries) console.log(loadRow(summary.test.toUpperCase(), summary))
  for (const summary of summaries) {
    const text = clientBound(summary)
    if (text !== undefined) console.log(text)
  }
})

function readTarget(word: string): { host: string; port: number } {
  const colon = word.lastIndexOf(':')
  if (colon < 1) throw wrongWords(`--target wants HOST:PORT, not '${word}'`, line)
  return { host: word.slice(0, colon), port: readPort(word.slice(colon + 1), EXAMPLE) }
}
