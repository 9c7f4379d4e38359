/** Type errors of a copy. V8 strips types and does not look at them; the compiler does. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../run/children.ts'
import { mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'

/**
 * Asks the compiler; some seconds at most.
 * @param copy e.g. `mine/stage1`
 * @returns a line for each error, `mine/stage1/reader.ts(12,5): error …`; undefined where there is no
 *   compiler or no `mine/tsconfig.json`
 */
export async function typeErrors(copy: string): Promise<string[] | undefined> {
  const compiler = join(labRoot, 'node_modules', 'typescript', 'bin', 'tsc')
  const settings = join(labRoot, mineDirectory, 'tsconfig.json')
  if (!copy.startsWith(`${mineDirectory}/`) || !existsSync(compiler) || !existsSync(settings)) {
    return undefined
  }
  const args = [compiler, '-p', settings, '--noEmit', '--pretty', 'false']
  const child = startChild(process.execPath, args, {
    cwd: labRoot,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const ended = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', () => resolve(true))
  })
  if (!ended) return undefined
  return output.split('\n').filter((line) => line.startsWith(`${copy}/`))
}
