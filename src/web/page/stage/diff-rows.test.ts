/** Hunks in one column; source in lines; results to choose from. */
import { expect, it } from 'vitest'
import type { ResultCard } from '../../api/index.ts'
import { inOneColumn, type Line, type Sign } from './diff-rows.ts'
import { highlightedLines } from './highlighted.ts'
import { chosenResult, profiled, resultsOf } from './result-choice.tsx'

const line = (sign: Sign, number: number): Line => ({ sign, number, html: `${sign}${number}` })

it('in one column removed lines are before added ones, between the same lines', () => {
  const rows = inOneColumn([
    { before: line(' ', 1), after: line(' ', 1) },
    { before: line('-', 2), after: line('+', 2) },
    { before: line('-', 3), after: null },
    { before: null, after: line('+', 3) },
    { before: line(' ', 4), after: line(' ', 4) },
    { before: null, after: line('+', 5) },
  ])
  const texts = rows.map(({ before, after }) => [before?.html ?? '', after?.html ?? ''].join('|'))
  expect(texts).toEqual([' 1| 1', '-2|', '-3|', '|+2', '|+3', ' 4| 4', '|+5'])
})

it('a colour that goes over the end of a line begins again in the next', () => {
  const lines = highlightedLines('/*\n * b\n */ if')
  const comment = (text: string) => `<span class="hljs-comment">${text}</span>`
  const keyword = '<span class="hljs-keyword">if</span>'
  expect(lines).toEqual([comment('/*'), comment(' * b'), `${comment(' */')} ${keyword}`])
  expect(highlightedLines('')).toEqual([''])
})

const card = (id: string, kind: ResultCard['kind'], stages: string[]): ResultCard => ({
  ...{ id, kind, stages, at: '2026-01-02T03:04:05Z', machine: null, load: null },
})

it('your own newest result is shown, the recorded one if there is none', () => {
  const recorded = card('reference', 'stage', ['stage2'])
  const list = [
    recorded,
    card('stage2-alloc-1', 'alloc', ['stage2']),
    card('stage2-2', 'stage', ['stage2']),
    card('stage1-1', 'stage', ['stage1']),
  ]
  const own = resultsOf(list, 'stage2', [...profiled, 'alloc'])
  expect(own.map(({ id }) => id)).toEqual(['stage2-alloc-1', 'stage2-2', 'reference'])
  expect(chosenResult(own, null)?.id).toBe('stage2-2')
  expect(chosenResult(own, 'stage2-alloc-1')?.id).toBe('stage2-alloc-1')
  expect(chosenResult(own, 'gone')?.id).toBe('stage2-2')
  expect(chosenResult(resultsOf([recorded], 'stage2', profiled), null)).toBe(recorded)
  expect(chosenResult([], null)).toBeUndefined()
})
