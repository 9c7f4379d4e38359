/** What `npm run vary` prints: a line for each value. */
import { paint } from '../cli/colour.ts'
import { findVariation, type Varied, valueText } from '../experiment/variations.ts'
import { counterOf, counterTitle, missingReasons, readingText } from '../measure/counters.ts'
import { hanging, machineLine, row, whole } from './format.ts'
import { busyLines } from './stage-report.ts'

/** Name of the document of a saved run. */
export const variedFile = 'varied.json'

export function variedScreen({ variation: id, points, machine, load }: Varied): string {
  const variation = findVariation(id)!
  const shown = variation.counters.map(counterOf)
  const heads = ['', ...shown.map(counterTitle), 'SETs per second']
  const widths = heads.map((head, at) => (at === 0 ? 16 : head.length + 3))
  const missing = missingReasons(
    points.map(({ server }) => server),
    shown,
  )
  return [
    paint.bold(`${variation.stage}: ${variation.title.toLowerCase()}`),
    ...hanging(variation.about.replaceAll('`', '')),
    '',
    paint.dim(row(heads, widths)),
    ...points.map(({ value, summary, server }) =>
      row(
        [
          valueText(variation, value),
          ...shown.map(({ id }) => readingText(server, id)),
          whole(summary.requestsPerSecond),
        ],
        widths,
      ),
    ),
    '',
    ...missing.flatMap((why) => hanging(`- ${why}`)),
    ...hanging('Per SET, of the server; a run of a second and a half for each value.'),
    ...hanging(machineLine(machine)),
    ...busyLines({ load, machine }),
  ]
    .join('\n')
    .trimEnd()
}
