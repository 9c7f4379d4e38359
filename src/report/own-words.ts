/**
 * What a function of the stages does: its own doc comment, or, for the few of them that stand in every
 * flame graph and have none, a sentence of the lab's.
 */
import { type FunctionTexts, fromStages } from '../stages.ts'
import type { SourceFunction } from './source-index.ts'

const sentences = new Map(
  [...(await fromStages<FunctionTexts>('functions'))].flatMap(([, texts]) => Object.entries(texts)),
)

/** What the stages say of a function without a doc comment; undefined if they say nothing. */
export function sentenceOn(name: string): string | undefined {
  return sentences.get(name)
}

/**
 * The doc comment right above a function, its paragraphs, without marks.
 * @param text of the whole file
 */
export function docAbove(text: string, { line }: Pick<SourceFunction, 'line'>): string[] {
  const above = text.split('\n').slice(0, line - 1)
  if (!above.at(-1)?.trim().endsWith('*/')) return []
  const from = above.findLastIndex((one) => one.trim().startsWith('/**'))
  const words = above.slice(from).map((one) =>
    one
      .trim()
      .replace(/^\/\*\*|\*\/$|^\*(?!\/)/g, '')
      .replace(/\*\/$/, '')
      .trim(),
  )
  const paragraphs = ['']
  for (const one of words) {
    // A list and a tag begin a line of their own.
    if (one === '' || /^(?:- |@)/.test(one)) paragraphs.push('')
    paragraphs[paragraphs.length - 1] = `${paragraphs.at(-1)} ${one}`.trim()
  }
  return paragraphs.filter((paragraph) => paragraph !== '')
}
