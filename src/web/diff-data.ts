/** The difference of two stages for a diff view, in the hunks that `npm run diff` and the chapters number. */
import { type FileDifference, hunkHead, stageDifference, unified } from '../source/difference.ts'
import type { DiffData, DiffFile } from './api/index.ts'
import { stageOf } from './stage-data.ts'

export function diffData(fromId: string, toId: string): DiffData {
  const [from, to] = [stageOf(fromId), stageOf(toId)]
  const files = stageDifference(from, to)
  return {
    from: from.id,
    to: to.id,
    files: files.map((file) => diffFile(file, from.id, to.id)),
  }
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
