/** Block `slider: receive-buffer`: in the lab page an experiment, in Markdown what was recorded of it. */
import { findVariation, type Variation, valueText, variationIds } from '../experiment/variations.ts'
import { counterOf, counterTitle, readingText } from '../measure/counters.ts'
import { busyText } from '../measure/machine-load.ts'
import { machineLine, whole } from '../report/format.ts'
import { readVariedReference } from '../report/reference.ts'
import { folded, table } from './markdown.ts'
import type { Filler } from './material.ts'

/** The recording is folded away: the reader may guess first. */
export const slider: Filler = async (words) => {
  const variation = findVariation(words[0])
  if (variation === undefined || words.length > 1) {
    throw new Error(`one of ${variationIds.join(', ')} is wanted, not '${words.join(' ')}'`)
  }
  const varied = await readVariedReference(variation.id)
  if (varied === undefined) {
    return `*It was not recorded yet; \`npm run vary -- ${variation.id} --reference\` does it.*`
  }
  const shown = variation.counters.map(counterOf)
  const rows = varied.points.map(({ value, server, summary }) => [
    usualText(variation, value),
    ...shown.map(({ id }) => readingText(server, id)),
    whole(summary.requestsPerSecond),
  ])
  const heads = [
    variation.title.toLowerCase(),
    ...shown.map((counter) => `${counterTitle(counter)}, per SET`),
    'SETs per second',
  ]
  const busy = busyText(varied.load, varied.machine.cores)
  return folded('What was recorded', [
    table(heads, rows),
    '',
    `${machineLine(varied.machine)}.${busy === undefined ? '' : ` ${busy}`}`,
  ]).join('\n')
}

function usualText(variation: Variation, value: number): string {
  const text = valueText(variation, value)
  return value === variation.usual ? `**${text}**, as in the stage` : text
}
