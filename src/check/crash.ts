/** A copy that does not start, or ends on its own: what it said, and what that usually means. */
import { crashGist } from '../run/crash-gist.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { within } from '../run/within.ts'

/** What a crash usually means, by what Node says; undefined where nothing is known of it. */
export function crashMeans(said: string): string | undefined {
  return meanings.find(([pattern]) => pattern.test(said))?.[1]
}

const meanings: readonly [RegExp, string][] = [
  [
    /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|not supported in strip-only/,
    'Node only strips types: enum, namespace and parameter properties are TypeScript’s own code, and do not run here',
  ],
  [
    /SyntaxError/,
    'a bracket, a comma or a quote is missing or one too many, often a line or two before',
  ],
  [
    /ERR_MODULE_NOT_FOUND|Cannot find module/,
    'an import names a file that is not there: the path is relative, and wants its .ts',
  ],
  [/does not provide an export/, 'an import wants a name that the file does not export'],
  [/ReferenceError/, 'a name is used that is declared nowhere, or is declared further down'],
  [
    /TypeError/,
    'something is undefined, or is not what the code takes it for; the compiler may know where: npx tsc -p mine',
  ],
  [/RangeError/, 'an index or a length is out of bounds, or a function calls itself for ever'],
]

/**
 * An error of a copy's start, with what it means.
 * @returns what is to be thrown
 */
export function explainStart(failure: unknown): unknown {
  if (!(failure instanceof LabError)) return failure
  const means = failure.means ?? crashMeans(failure.message)
  return new LabError(failure.message, {
    ...(means === undefined ? {} : { means }),
    ...(failure.next === undefined ? {} : { next: failure.next }),
    cause: failure,
  })
}

/** How a server ended by itself, in words; undefined where it runs. */
export async function whyEnded(
  server: Pick<RunningServer, 'ended' | 'complaints'>,
): Promise<string | undefined> {
  // The connection is seen to break a moment before the process is seen to end.
  const how = await within(300, server.ended)
  if (how === undefined) return undefined
  const said = crashGist(server.complaints())
  return said === undefined ? how : `${said}; ${how}`
}

/**
 * The last error that a server has written and gone on from, with its place in the copy: what throws
 * inside a command, or while a connection is read, costs the client its reply only.
 */
export function lastComplaint(complaints: string): string | undefined {
  const lines = complaints.split('\n')
  const at = lines.findLastIndex((line) => /\b\w*Error\b.*:/.test(line))
  if (at === -1) return undefined
  const error = /\w*Error\b.*/.exec(lines[at]!)![0]
  const place = lines
    .slice(at + 1)
    .map((line) => /((?:stages|src|mine)\/[\w./-]+\.ts:\d+)/.exec(line)?.[1])
    .find((found) => found !== undefined)
  return place === undefined ? error : `${error} (${place})`
}
