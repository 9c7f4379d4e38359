/** Reads what clients send; throws the error of the reply if it is wrong. */
import { HttpError } from './http.ts'

/** A whole number from a query. */
export function readNumber(
  query: URLSearchParams,
  name: string,
  { least, most, usual }: { least: number; most: number; usual: number },
): number {
  const text = query.get(name)
  if (text === null) return usual
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new HttpError(400, `${name} is a number from ${least} to ${most}`)
}

/** One of some words from a query; undefined if it is not there. */
export function readChoice<T extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return found
  throw new HttpError(400, `${name} is one of ${choices.join(', ')}`)
}

/** Words of letters and digits, one blank between them. */
const phrasePattern = /^(\w+\s?)*$/

/** What a customer looks for. */
export function readPhrase(query: URLSearchParams): string {
  const phrase = query.get('phrase') ?? ''
  if (phrase.length > 100) throw new HttpError(400, 'phrase is too long')
  if (!phrasePattern.test(phrase)) {
    throw new HttpError(400, 'phrase is words of letters and digits, one blank between them')
  }
  return phrase.trim().toLowerCase()
}
