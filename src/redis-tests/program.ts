import type { SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { startChild } from '../run/children.ts'

/** What a program wrote. */
export interface Output {
  stdout: string
  stderr: string
}

/**
 * Runs a program to its end; it ends with the lab.
 * @throws Error, with the output, where it cannot be started or its exit status is not 0
 */
export async function run(
  command: string,
  args: string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<Output> {
  const child = startChild(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Output = { stdout: '', stderr: '' }
  child.stdout!.setEncoding('utf8').on('data', (text) => (output.stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text) => (output.stderr += text))
  const [status] = await once(child, 'close')
  if (status === 0) return output
  throw Object.assign(new Error(`${command} ended with ${status}: ${output.stderr}`), output)
}
