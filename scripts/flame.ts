/** `npm run flame -- stage3`: the flame graph alone, opened in the browser where there is a desktop. */
import { join } from 'node:path'
import { openOnDesktop } from '../src/cli/browser.ts'
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { progressLine } from '../src/cli/progress.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord, readProfiler } from '../src/cli/words.ts'
import { profileStage } from '../src/experiment/profile.ts'
import { keepResults } from '../src/experiment/results.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { files, normalLengths, quickLengths, writeFlame } from '../src/report/run-stage.ts'
import { shareLines } from '../src/report/stage-report.ts'
import { labRoot } from '../src/run/server.ts'

const { requests: _requests, tool: _tool, ...flags } = loadFlags

const line: CommandLine = {
  command: 'npm run flame',
  usage: '-- stageN [options]',
  about: `Profiles a stage under the article's load and draws its flame graph. Opens it in the
browser on a desktop, and prints where it is everywhere.`,
  options: {
    ...flags,
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profiler: { type: 'string' },
    open: { type: 'boolean' },
  },
  help: [
    ...loadHelp.filter((text) => !/^--(requests|tool)/.test(text)),
    '--quick        a shorter recording',
    '--profiler P   perf or 0x (perf where this machine allows it)',
    '--open         open the browser even where no desktop is seen',
    '--json         the tree of frames and the shares as one JSON document; no browser',
  ],
  examples: ['npm run flame -- stage3', 'npm run flame -- stage1 --profiler 0x'],
}

runCommand(line, async ({ values, positionals }) => {
  const stage = stageFromWord(oneWord(positionals, line), 'npm run flame -- stage1')
  const { tests, requests: _, tool: __, ...workload } = readLoadOptions(values)
  const prefer = readProfiler(values.profiler)
  const progress = progressLine()
  const lengths = values.quick === true ? quickLengths : normalLengths
  const capture = await profileStage(
    stage,
    { workload, tests, seconds: lengths.profile, warmUpSeconds: lengths.warmUp, prefer },
    progress.step,
  )
  progress.step('drawing the flame graph')
  const directory = await keepResults(`${stage.id}-flame`, (draft) =>
    writeFlame(draft, stage, capture, workload, tests),
  )
  progress.clear()
  const page = join(directory, files.flamegraph)
  if (values.json === true) {
    console.log(JSON.stringify({ ...capture, directory, page }, null, 2))
    return
  }
  const { tree, ...profile } = capture
  const { samples, windowSeconds, blind } = tree
  console.log(shareLines({ ...profile, samples, windowSeconds, blind }).join('\n'))
  console.log(`\nFlame graph  ${page}`)
  await openOnDesktop(join(labRoot, page), values.open === true)
})
