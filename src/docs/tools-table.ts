/** `tools: profiles/tools.json`: the lab beside the tools that people use, as it was recorded. */
import type { ToolsBeside } from '../experiment/tools-beside.ts'
import { percent } from '../flame/caption.ts'
import type { Machine } from '../measure/machine.ts'
import { machineLine, whole } from '../report/format.ts'
import { costText } from '../report/tools-report.ts'
import { table } from './markdown.ts'
import type { Filler } from './material.ts'

/** What `npm run profilers -- … --json` prints of one program. */
interface Recorded extends ToolsBeside {
  machine: Machine
  program: string
  load: string
}

export const toolsTable: Filler = async ([file, ...more], _page, material) => {
  if (file === undefined || more.length > 0) throw new Error('the file of the recordings is wanted')
  const all = JSON.parse(await material.source(file)) as Recorded[]
  const share = (value: number | undefined) => (value === undefined ? '-' : percent(value))
  const rows = all.flatMap(({ load, plain, tools, program }) => {
    const path = /^GET https?:\/\/[^/]+(\/[^,?]*)/.exec(load)?.[1]
    return [
      [
        `**${path === undefined ? program : `GET ${path}`}**`,
        '',
        '',
        '',
        plain.map(whole).join(', '),
      ],
      ...tools.map(({ tool, shows }) => {
        if ('missing' in shows) return [tool, `missing: ${shows.missing}`, '', '', '']
        const { culprit, kernel, gc, cpu } = shows.value
        const [, name, place = ''] = /^(.*?)(?: (?:\S*\/)?(\S+))?$/.exec(culprit?.label ?? '') ?? []
        const ofAll = culprit?.share === undefined ? '' : `, ${percent(culprit.share)}`
        const named = culprit === undefined ? 'none named' : `\`${name} ${place}\`${ofAll}`
        return [tool, named, share(kernel), share(gc), costText(cpu, plain)]
      }),
    ]
  })
  return [
    table(['', 'hottest own function', 'kernel', 'GC', 'CPU µs per request'], rows),
    '',
    `${machineLine(all[0]!.machine)}; each tool in a separate run. In bold: without any tool, twice.`,
  ].join('\n')
}
