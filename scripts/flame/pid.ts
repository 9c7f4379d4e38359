/** The flame graph of a process that runs already, and goes on. */
import type { CommandLine, Words } from '../../src/cli/command.ts'
import { readLoadPlan, refuseWithPid } from '../../src/cli/load-words.ts'
import { programWords } from '../../src/cli/program-words.ts'
import { readProfiler } from '../../src/cli/words.ts'
import { captureGraphs } from '../../src/report/flame-graph.ts'
import { type Emit, stepsOf } from '../../src/run/events.ts'
import { pidProgram } from '../../src/run/program.ts'
import { showGraphs } from './show.ts'

export async function flameOfPid(
  pid: number,
  { values }: Words,
  line: CommandLine,
  emit: Emit,
): Promise<undefined> {
  refuseWithPid(values, line)
  const { load, seconds } = readLoadPlan(values, line)
  const prefer = readProfiler(values.profiler, ['perf', 'cpu-prof'])
  const of = values.alloc === true ? 'bytes' : 'time'
  const options = {
    ...{ load, seconds, warmUpSeconds: values.quick === true ? 1 : 3, prefer },
    words: programWords(),
  }
  const graphs = await captureGraphs([pidProgram(pid)], of, options, stepsOf(emit))
  await showGraphs(graphs, load.text, values, emit, load.said?.() ?? [])
}
