/** Runs the parser benchmark in a process of its own: a stage's code is never part of the lab's. */
import { startChild } from '../../run/children.ts'
import { LabError } from '../../run/lab-error.ts'
import { labRoot } from '../../run/server.ts'
import type { BenchPlan, BenchResult } from './bench.ts'
import type { Told } from './process.ts'

/** @throws LabError where a parser reads wrongly, or the process ends before it has a result */
export function runParserBench(
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<BenchResult> {
  const args = ['src/experiment/parsers/process.ts', JSON.stringify(plan)]
  const child = startChild(process.execPath, args, {
    cwd: labRoot,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr!.setEncoding('utf8').on('data', (text) => (complaints += text))
  return new Promise((resolve, reject) => {
    child.on('message', (told: Told) => {
      if (told.kind === 'step') onStep(told.text)
      else if (told.kind === 'result') resolve(told.result)
      else reject(failure(told))
    })
    child.once('error', reject)
    // Nothing happens here where it has answered already.
    child.once('close', (code, signal) => {
      const how = signal ?? `exit code ${code}`
      reject(new LabError(`the parsers' process ended (${how}): ${complaints.trim().slice(-2000)}`))
    })
  })
}

function failure({ message, means, next }: Extract<Told, { kind: 'failed' }>): LabError {
  return new LabError(message, { ...(means && { means }), ...(next && { next }) })
}
