/** Runs the parser benchmark in a separate process: a stage's code is never part of the lab's. */
import { fileURLToPath } from 'node:url'
import { startChild } from '../../run/children.ts'
import { LabError } from '../../run/lab-error.ts'
import { labRoot } from '../../run/server.ts'
import { type BenchPlan, type BenchResult, benchParsers } from './bench.ts'

type Message =
  | { kind: 'step'; text: string }
  | { kind: 'result'; result: BenchResult }
  | { kind: 'failed'; message: string; means: string | undefined; next: string | undefined }

/** @throws LabError if a parser reads wrongly, or the process ends before it has a result */
export function runParserBench(
  plan: BenchPlan,
  onStep: (text: string) => void,
): Promise<BenchResult> {
  const args = [fileURLToPath(import.meta.url), JSON.stringify(plan)]
  const child = startChild(process.execPath, args, {
    cwd: labRoot,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errorOutput = ''
  child.stderr!.setEncoding('utf8').on('data', (text) => (errorOutput += text))
  return new Promise((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.kind === 'step') onStep(message.text)
      else if (message.kind === 'result') resolve(message.result)
      else reject(failure(message))
    })
    child.once('error', reject)
    // Has no effect after a result.
    child.once('close', (code, signal) => {
      const how = signal ?? `exit code ${code}`
      const output = errorOutput.trim().slice(-2000)
      reject(new LabError(`the parsers' process ended (${how}): ${output}`))
    })
  })
}

function failure({ message, means, next }: Extract<Message, { kind: 'failed' }>): LabError {
  return new LabError(message, { ...(means && { means }), ...(next && { next }) })
}

/** The process: its argument is the plan, as JSON; steps and result go over the IPC channel. */
async function runInProcess(): Promise<void> {
  const send = (message: Message, sent?: () => void) =>
    process.send?.(message, undefined, undefined, sent)
  process.on('disconnect', () => process.exit())
  try {
    const plan: BenchPlan = JSON.parse(process.argv[2]!)
    const result = await benchParsers(plan, (text) => send({ kind: 'step', text }))
    send({ kind: 'result', result }, () => process.exit())
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    const { message, means, next } = error
    send({ kind: 'failed', message, means, next }, () => process.exit())
  }
}

if (import.meta.main) await runInProcess()
