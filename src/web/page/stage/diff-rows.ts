/**
 * The rows of a hunk. diff2html says which lines belong beside each other and which words of them
 * changed; here its two tables become one, so that both sides stay level when a line is wrapped, and
 * the words get the colours of the whole file, in which a comment that began above is one.
 */
import { html } from 'diff2html'
import { mergeStreams, nodeStream } from 'diff2html/lib-esm/ui/js/highlight.js-helpers.js'
import type { DiffFile } from '../../api/index.ts'
import { highlightedLines } from './highlighted.ts'

export type Sign = '+' | '-' | ' '

export interface Line {
  number: number
  sign: Sign
  html: string
}

export interface Row {
  before: Line | null
  after: Line | null
}

/** The same rows one below the other, as `diff -u` has them. */
export function inOneColumn(rows: readonly Row[]): Row[] {
  const list: Row[] = []
  let added: Row[] = []
  const flush = () => {
    list.push(...added)
    added = []
  }
  for (const { before, after } of rows) {
    if (before?.sign === ' ') {
      flush()
      list.push({ before, after })
      continue
    }
    if (before !== null) list.push({ before, after: null })
    if (after !== null) added.push({ before: null, after })
  }
  flush()
  return list
}

const known = new WeakMap<DiffFile, Row[][]>()

/** The same, made once for each file. */
export function rowsOf(file: DiffFile): Row[][] {
  const rows = known.get(file) ?? diffRows(file)
  known.set(file, rows)
  return rows
}

/** For each hunk of a file its rows, both sides beside each other. */
function diffRows(file: DiffFile): Row[][] {
  const colours = {
    before: highlightedLines(file.before ?? ''),
    after: highlightedLines(file.after ?? ''),
  }
  return hunkTexts(file.unified).map((text) => {
    const page = new DOMParser().parseFromString(
      html(text, { outputFormat: 'side-by-side', drawFileList: false, matching: 'lines' }),
      'text/html',
    )
    const [left, right] = [...page.querySelectorAll('.d2h-file-side-diff')].map((side) =>
      // The first is diff2html's own head of the hunk.
      [...side.querySelectorAll('tr')].slice(1),
    )
    return left!.map((row, at) => ({
      before: lineOf(row, colours.before, file.numbers.before),
      after: lineOf(right![at]!, colours.after, file.numbers.after),
    }))
  })
}

/** A text of its own for each hunk, with the head that a difference of files has. */
function hunkTexts(unified: string): string[] {
  const [head = '', ...hunks] = unified.split(/^(?=@@ )/m)
  return hunks.map((hunk) => head + hunk)
}

function lineOf(row: Element, colours: readonly string[], numbers: number[]): Line | null {
  const [place, cell] = row.children
  const index = Number(place?.textContent) - 1
  if (cell === undefined || !(index >= 0)) return null
  const number = numbers[index] ?? index + 1
  const words = cell.querySelector('.d2h-code-line-ctn')
  const sign: Sign = cell.matches('.d2h-ins') ? '+' : cell.matches('.d2h-del') ? '-' : ' '
  const coloured = document.createElement('span')
  coloured.innerHTML = colours[index] ?? ''
  const text = coloured.textContent
  if (words === null || words.textContent !== text || mostlyChanged(words, text)) {
    return { number, sign, html: coloured.innerHTML }
  }
  return { number, sign, html: mergeStreams(nodeStream(words), nodeStream(coloured), text) }
}

/** If nearly all of a line is other words, marking each of them says nothing. */
function mostlyChanged(words: Element, text: string): boolean {
  const marked = [...words.querySelectorAll('ins, del')].reduce(
    (sum, { textContent }) => sum + textContent.length,
    0,
  )
  return marked > 0.5 * text.trim().length
}
