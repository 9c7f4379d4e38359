/** `npm run vary -- receive-buffer 16 64`: varies one figure, and counts what that does. */
import { join } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { keepResults } from '../src/experiment/results.ts'
import {
  findVariation,
  type Variation,
  variationIds,
  variations,
  varyCommand,
} from '../src/experiment/variations.ts'
import { vary } from '../src/experiment/vary.ts'
import { keepVariedReference } from '../src/report/reference.ts'
import { variedFile, variedScreen } from '../src/report/varied-report.ts'
import { writeWhole } from '../src/run/disk.ts'
import { LabError } from '../src/run/lab-error.ts'

const line: CommandLine = {
  command: 'npm run vary',
  usage: `-- ${variationIds.join('|')} [VALUE …] [options]`,
  about: `Varies one figure and counts what that does, a few seconds for each value: the size of the
receive buffer of stage 2 against read(2) calls per SET, or the requests per batch that stage 4 is
sent against CPU and write(2) calls per SET. The lab page has a slider for each.`,
  options: { json: { type: 'boolean' }, reference: { type: 'boolean' } },
  help: [
    ...variations.map(({ id, values }) => {
      const name = id.padEnd(14)
      return `${name}  ${values[0]} to ${values.at(-1)}, powers of two; all of them if none is named`
    }),
    '--reference    saves all values as the recording in profiles/; on a quiet machine',
    '--json         one JSON document instead of the table',
  ],
  examples: [
    'npm run vary -- receive-buffer 16 64 8192',
    'npm run vary -- pipeline',
    'npm run vary -- pipeline --reference',
  ],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const [name, ...words] = positionals
  const variation = findVariation(name)
  if (variation === undefined) {
    const known = variationIds.join(' or ')
    throw wrongWords(
      name === undefined ? `vary what? ${known}` : `'${name}' cannot be varied; ${known} can`,
      line,
    )
  }
  const asked = words.length === 0 ? variation.values : words.map((word) => read(variation, word))
  const varied = await vary(variation, asked, emit)
  const keep = async (draft: string) =>
    writeWhole(join(draft, variedFile), `${JSON.stringify(varied)}\n`)
  const directory =
    values.reference === true
      ? keepVariedReference(varied)
      : await keepResults(`vary-${variation.id}`, keep)
  emit({ type: 'result', directory })
  console.log(values.json === true ? JSON.stringify(varied, null, 2) : variedScreen(varied))
})

/** @throws LabError, exit code 2, for what the experiment does not have */
function read(variation: Variation, word: string): number {
  const value = variation.values.find((one) => String(one) === word)
  if (value !== undefined) return value
  throw new LabError(`'${word}' is none of ${variation.values.join(', ')}`, {
    next: varyCommand(variation, [64]),
    exitCode: 2,
  })
}
