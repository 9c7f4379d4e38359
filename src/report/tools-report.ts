/** The lab beside the tools that people use; 80 columns at most. */
import { paint } from '../cli/colour.ts'
import type { ToolBeside, ToolsBeside } from '../experiment/tools-beside.ts'
import { percent } from '../flame/caption.ts'
import { figures, hanging, row } from './format.ts'

const WIDTHS = [20, 36, 8, 7, 8]

/** @param title of the program @param load in words */
export function toolsScreen(title: string, load: string, all: ToolsBeside): string {
  const { plain, tools } = all
  const missing = tools.flatMap(({ tool, shows }) =>
    'missing' in shows ? hanging(`No ${tool}: ${shows.missing}.`) : [],
  )
  const costs =
    plain.length === 0
      ? ['What a tool costs is not known: the requests of this load are not counted.']
      : [
          `cost: CPU time of the main thread per request, beside ${plain.map(figures).join(' and ')} µs in two runs without any tool, which differ by chance alone.`,
        ]
  return [
    `${paint.bold(title)}  beside the tools that people use`,
    ...hanging(`${load}; each in a separate run`).map((text) => paint.dim(text)),
    '',
    paint.bold(row(['', 'hottest own function', 'kernel', 'GC', 'cost'], WIDTHS)),
    ...tools.flatMap((one) => toolRow(one, plain)),
    '',
    ...costs.flatMap((text) => hanging(text)),
    ...hanging('-: it cannot see it, or its page does not say.'),
    ...missing,
  ].join('\n')
}

function toolRow({ tool, shows }: ToolBeside, plain: readonly number[]): string[] {
  if ('missing' in shows) return [row([tool, 'missing', '', '', ''], WIDTHS)]
  const { culprit, kernel, gc, cpu } = shows.value
  const share = (value: number | undefined) => (value === undefined ? '-' : percent(value))
  const ofAll = culprit?.share === undefined ? '' : ` ${percent(culprit.share)}`
  const named =
    culprit === undefined
      ? 'none named'
      : `${fittedLabel(culprit.label, 34 - ofAll.length)}${ofAll}`
  const cost = costText(cpu, plain)
  return [row([tool, named, share(kernel), share(gc), cost], WIDTHS)]
}

/** `all …/order-store.ts:15`: the name stays, and the end of the place. */
function fittedLabel(label: string, most: number): string {
  if (label.length <= most) return label
  const [name, place = ''] = label.split(/ (?=\S+$)/) as [string, string?]
  const file = place.split('/').at(-1)!
  return `${name.slice(0, Math.max(8, most - file.length - 3))} …/${file}`
}

/** How much more CPU time a request took than without a tool: `+12 %`. */
export function costText(cpu: number | undefined, plain: readonly number[]): string {
  if (cpu === undefined || plain.length === 0) return '-'
  const base = plain.reduce((sum, one) => sum + one, 0) / plain.length
  return `${cpu >= base ? '+' : ''}${Math.round(100 * (cpu / base - 1))} %`
}
