/** A difference for a diff view, in the hunks that `npm run diff` and the chapters number. */
import {
  type FileDifference,
  filesDifference,
  hunkHead,
  stageDifference,
  unified,
} from '../source/difference.ts'
import type { DiffData, DiffFile } from './api/index.ts'
import { stageOf } from './stage-data.ts'

/** The difference of two stages. @throws WebError, 404, if there is no such stage */
export function diffData(fromId: string, toId: string): DiffData {
  const [from, to] = [stageOf(fromId), stageOf(toId)]
  return dataOf(from.id, to.id, stageDifference(from, to))
}

/** Files by name, and the id of what they are of: of a stage, a copy, or a solution. */
export interface NamedFiles {
  id: string
  files: ReadonlyMap<string, string>
}

export function filesDiffData(from: NamedFiles, to: NamedFiles): DiffData {
  return dataOf(from.id, to.id, filesDifference(from.files, to.files))
}

function dataOf(from: string, to: string, files: readonly FileDifference[]): DiffData {
  return { from, to, files: files.map((file) => diffFile(file, from, to)) }
}

function diffFile(file: FileDifference, from: string, to: string): DiffFile {
  return {
    name: file.name,
    in: file.in,
    added: file.added,
    removed: file.removed,
    hunks: file.hunks.map((hunk) => {
      const { number, before, after, lines } = hunk
      return { number, before, after, head: hunkHead(hunk), lines }
    }),
    unified: unified(file, from, to),
    before: file.before,
    after: file.after,
    numbers: file.numbers,
  }
}
