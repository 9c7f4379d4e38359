/** The points of an experiment by slider: those that were recorded, and those that were run here. */
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { otherStages, resultDirectories } from '../experiment/results.ts'
import { findVariation, type Varied } from '../experiment/variations.ts'
import { readVariedReference } from '../report/reference.ts'
import { variedFile } from '../report/varied-report.ts'
import type { SliderData } from './api/index.ts'
import { notFound } from './web-error.ts'

/** As much as the chart rests on: a file may be damaged, or be foreign. */
const counted = v.union([v.object({ value: v.number() }), v.object({ missing: v.string() })])
const schema = v.looseObject({
  format: v.literal(1),
  variation: v.string(),
  at: v.string(),
  machine: v.looseObject({ cpu: v.string(), cores: v.number() }),
  load: v.looseObject({ before: v.number(), after: v.number() }),
  points: v.array(
    v.looseObject({
      value: v.number(),
      summary: v.looseObject({ requestsPerSecond: v.number() }),
      server: v.record(v.string(), counted),
    }),
  ),
})

/**
 * All that was measured of an experiment, the oldest run first.
 * @param places where the runs of this machine are
 * @throws WebError, 404, if there is no such experiment
 */
export async function sliderData(id: string, places?: readonly string[]): Promise<SliderData> {
  const variation = findVariation(id)
  if (variation === undefined) throw notFound(`there is no experiment called '${id}'`)
  const directories = resultDirectories(places).flatMap((place) =>
    namesIn(place, `vary-${id}-`).map((name) => join(place, name)),
  )
  const fit = directories.filter((one) => otherStages(one, [variation.stage]) === undefined)
  const read = await Promise.all(fit.map(readVaried))
  const runs = read.filter((one) => one !== undefined && one.variation === id) as Varied[]
  runs.sort((a, b) => (a.at < b.at ? -1 : 1))
  return { recorded: (await readVariedReference(variation.id)) ?? null, runs }
}

function namesIn(place: string, start: string): string[] {
  try {
    return readdirSync(place).filter((name) => name.startsWith(start))
  } catch {
    return []
  }
}

/** Undefined for a run that was cut off while it was saved, or is another's. */
async function readVaried(directory: string): Promise<Varied | undefined> {
  const text = await readFile(join(directory, variedFile), 'utf8').catch(() => '')
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text)
  return result.success ? (result.output as unknown as Varied) : undefined
}
