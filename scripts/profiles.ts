/** `npm run profiles`: takes the reference profiles anew, and the figures in the README with them. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { progressLine } from '../src/cli/progress.ts'
import { readLoadOptions } from '../src/load/options.ts'
import { stages } from '../src/manifest.ts'
import {
  keepReference,
  readReferences,
  stageTable,
  withStageTable,
} from '../src/report/reference.ts'
import { normalLengths, quickLengths, runStage } from '../src/report/run-stage.ts'
import { watcherOn } from '../src/report/watcher.ts'
import { labRoot } from '../src/run/server.ts'

const line: CommandLine = {
  command: 'npm run profiles',
  usage: '[-- --quick]',
  about: `Runs every stage under the article's load and makes the results the reference: profiles/,
and the table of stages in README.md. About three minutes; leave the machine alone meanwhile.`,
  options: { quick: { type: 'boolean' } },
  help: ['--quick        shorter runs, to try it out'],
  examples: ['npm run profiles'],
}

runCommand(line, async ({ values }) => {
  const progress = progressLine()
  const lengths = values.quick === true ? quickLengths : normalLengths
  const results = new Map<string, string>()
  for (const stage of stages) {
    const { directory } = await runStage(stage, readLoadOptions({}), lengths, watcherOn(progress))
    results.set(stage.id, directory)
  }
  // Only now that all have gone well: a mixture of old and new would compare two machines.
  for (const [id, directory] of results) await keepReference(id, directory)
  const readme = join(labRoot, 'README.md')
  const table = stageTable(await readReferences())
  await writeFile(readme, withStageTable(await readFile(readme, 'utf8'), table))
  progress.clear()
  console.log(table)
})
