/**
 * The recorded references, shown as your own run would be: for a machine that cannot profile
 * or measure. What is recorded says so above and below, with the machine and the day; nothing here
 * starts a server, a load or a profiler.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { type CommandLine, wrongWords } from '../cli/command.ts'
import type { Comparison } from '../experiment/comparison.ts'
import { keepResults } from '../experiment/results.ts'
import type { Caption } from '../flame/caption.ts'
import { type Difference, subtract } from '../flame/difference.ts'
import type { FrameTree } from '../flame/tree.ts'
import { loadText } from '../load/workload.ts'
import { dateText } from '../measure/format.ts'
import type { Machine } from '../measure/machine.ts'
import { LabError } from '../run/lab-error.ts'
import { stageProgram } from '../run/program.ts'
import { labRoot } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { captureNotes } from '../views/flame/flame-view-data.ts'
import { files, writeDifference, writePage } from './flame-files.ts'
import { differenceTitle, type Graph } from './flame-graph.ts'
import { machineLine, wrap } from './format.ts'
import type { StageReport } from './stage-report.ts'

/** Where the recordings are, as a person sees it; `directory` of the documents. */
export const recordings = 'profiles'

/** A recorded run of one stage. */
export interface RecordedStage {
  report: StageReport
  tree: FrameTree
  /** Relative to the checkout. */
  directory: string
}

/**
 * Refuses what would change a run: a recording is as it is.
 * @param goes the options that only say how it is shown
 * @throws LabError, exit status 2, naming the first that does not go with --replay
 */
export function refuseWithReplay(
  values: Readonly<Record<string, string | boolean | undefined>>,
  goes: readonly string[],
  line: CommandLine,
): void {
  const other = Object.keys(values).find((name) => name !== 'replay' && !goes.includes(name))
  if (other === undefined) return
  throw wrongWords(`--replay shows what was recorded: --${other} cannot change it`, line)
}

/**
 * Reads the reference of a stage.
 * @param place the directory of the references; for tests
 * @throws LabError if it is missing or damaged
 */
export async function recordedStage(
  { id }: Pick<Stage, 'id'>,
  place = join(labRoot, recordings),
): Promise<RecordedStage> {
  const report = await recording<StageReport>(place, join(id, files.result), 'tests')
  const tree = await recording<FrameTree>(place, join(id, files.tree), 'root')
  return { report, tree, directory: join(recordings, id) }
}

/** The recorded comparison; throws as `recordedStage` does. */
export async function recordedComparison(place = join(labRoot, recordings)): Promise<Comparison> {
  return await recording<Comparison>(place, 'compare.json', 'tables')
}

/** @param part what every whole document of this kind has */
async function recording<T>(place: string, name: string, part: string): Promise<T> {
  const file = `${recordings}/${name}`
  const next = `git checkout -- ${file}, or copy the folder profiles/ from another checkout`
  const text = await readFile(join(place, name), 'utf8').catch((cause) => {
    throw new LabError(`there is no recording to replay: ${file}`, {
      means: 'the references come with the checkout; a copy of it may have left them out',
      next,
      cause,
    })
  })
  try {
    const document = JSON.parse(text)
    if (document.format === 1 && part in document) return document as T
  } catch {
    // Cut off, or something else.
  }
  throw new LabError(`the recording ${file} cannot be read`, {
    means: 'it is damaged, or of another version of the lab',
    next,
  })
}

/** The recorded run of a stage as `npm run flame` has a captured one. */
export function recordedGraph(stage: Stage, { report, tree }: RecordedStage): Graph {
  const program = stageProgram(stage)
  const capture = { ...report.profile, program: program.name, tree }
  return { program, of: 'time', tree, shares: capture.shares, capture, check: undefined }
}

/**
 * The difference of two recorded profiles; its page is drawn, and saved as one of a run would be.
 * @returns with the directory, relative to the checkout
 * @throws LabError if nothing can be written
 */
export async function recordedDifference(
  before: RecordedStage,
  after: RecordedStage,
): Promise<{ difference: Difference; directory: string }> {
  const side = ({ report, tree }: RecordedStage) => ({ name: report.stage.id, tree })
  const difference = subtract(side(before), side(after))
  const name = `${before.report.stage.id}-${after.report.stage.id}-recorded`
  const caption = recordedCaption(differenceTitle(difference), before)
  const directory = await keepResults(name, (draft) => writeDifference(draft, difference, caption))
  return { difference, directory }
}

/**
 * Draws the viewer of a recorded profile, in `profiles/local`.
 * @returns the directory, relative to the checkout
 * @throws LabError if nothing can be written
 */
export async function recordedPage(stage: Stage, run: RecordedStage): Promise<string> {
  const caption = recordedCaption(stageProgram(stage).title, run)
  const notes = captureNotes(run.report.profile, run.report.machine.cores)
  return await keepResults(`${stage.id}-recorded`, (draft) =>
    writePage(draft, run.tree, caption, notes),
  )
}

function recordedCaption(title: string, { report }: RecordedStage): Caption {
  const tests = report.tests.map(({ summary }) => summary.test)
  const load = loadText(report.workload, tests)
  const from = `recorded on ${dateText(report.at)}, ${machineLine(report.machine)}: nothing was run here`
  return { title, workload: `${from}; ${load}` }
}

/** The head of a recording: what it is, when and on which machine it was made. */
export function recordedHead({ at, machine }: { at: string; machine: Machine }): string {
  const lines = [
    `RECORDED on ${dateText(at)}. Nothing was run on this machine.`,
    ...wrap(`Recorded on: ${machineLine(machine)}`, ''),
  ]
  return `${paint.bold(lines[0]!)}\n${lines.slice(1).join('\n')}\n`
}

/** The foot of a recording, with the command for your own run. */
export function recordedFoot({ at }: { at: string }, live: string): string {
  return [
    '',
    paint.bold(`RECORDED on ${dateText(at)}. Nothing was run on this machine.`),
    `${'To run it here'.padEnd(17)} ${live}`,
  ].join('\n')
}

/** A recorded document as `--json` prints it. */
export function markRecorded<T extends object>(document: T): { recorded: true } & T {
  return { recorded: true, ...document }
}

/**
 * What went wrong in a run that has no better way out than the recording.
 * @param replay the command that shows it
 * @returns what is to be thrown
 */
export function orReplay(failure: unknown, replay: string): unknown {
  if (!(failure instanceof LabError) || failure.next !== undefined) return failure
  const { message, means, exitCode, cause } = failure
  return new LabError(message, {
    ...(means === undefined ? {} : { means }),
    next: `${replay}      the recorded run, of another machine`,
    exitCode,
    cause,
  })
}
