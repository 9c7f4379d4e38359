/**
 * What a reader types: a line, or a key. Prompts are Node's own readline, which only ever writes
 * forward: a screen reader reads them as they come.
 */
import { createInterface, emitKeypressEvents, type Key } from 'node:readline'
import { withTimeout } from '../run/timeout.ts'

/** The reader wants the step before once more, e.g. to correct a guess. */
export class Back extends Error {
  override readonly name = 'Back'
}

/** The reader leaves, at whatever prompt. */
export class Left extends Error {
  override readonly name = 'Left'
  /** Of the process: 0 if they asked for it, 130 for Ctrl-C. */
  readonly status: 0 | 130

  constructor(status: 0 | 130) {
    super('the reader has left')
    this.status = status
  }
}

export interface Terminal {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
  /** Whether lines can be edited and written over: not with TERM=dumb, and not in a pipe. */
  canEdit: boolean
  /** Its width, in characters; it may change while one reads. */
  columns(): number
  /** How many lines the screen has. */
  rows(): number
}

/**
 * A line that is typed, without its end.
 * @param pages whether Space alone is as Enter, as in a pager
 * @param news settled: the line is not waited for any more
 * @throws Left after Ctrl-C, Ctrl-D, or the end of the input
 */
export function readLine(
  { input, output, canEdit }: Terminal,
  prompt: string,
  { pages = false, news }: { pages?: boolean; news?: Promise<unknown> } = {},
): Promise<string> {
  const lines = createInterface({ input, output, terminal: canEdit })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  lines.once('line', resolve)
  lines.once('SIGINT', () => reject(new Left(130)))
  lines.once('close', () => reject(new Left(0)))
  const goOnAtSpace = (_text: unknown, { name }: Key) => {
    if (name === 'space' && lines.line.trim() === '') lines.write(null, { name: 'return' })
  }
  if (pages && canEdit) input.on('keypress', goOnAtSpace)
  news?.then(() => resolve(''))
  lines.setPrompt(`${prompt} `)
  lines.prompt()
  return promise.finally(() => {
    input.off('keypress', goOnAtSpace)
    lines.close()
  })
}

type Keyboard = NodeJS.ReadableStream & { setRawMode?(on: boolean): void }

/** An Enter so soon after a letter, ms, belongs to that letter: the next prompt does not get it. */
const ENDS_LETTER = 300

/**
 * A letter that is pressed, without Enter.
 * @returns undefined if there is news
 * @throws Left after Ctrl-C, Ctrl-D, or the end of the input
 */
export async function readKey(
  input: Keyboard,
  keys: readonly string[],
  news: Promise<unknown>,
): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>()
  let isPressed = false
  const entered = Promise.withResolvers<void>()
  const pressed = (_text: unknown, { name = '', ctrl }: Key) => {
    if (ctrl && (name === 'c' || name === 'd')) reject(new Left(name === 'c' ? 130 : 0))
    else if (isPressed && (name === 'return' || name === 'enter')) entered.resolve()
    else if (!isPressed && keys.includes(name)) {
      isPressed = true
      resolve(name)
    }
  }
  const ended = () => reject(new Left(0))
  emitKeypressEvents(input)
  input.setRawMode?.(true)
  input.on('keypress', pressed)
  input.once('end', ended)
  input.resume()
  news.then(() => resolve(undefined))
  try {
    const key = await promise
    if (key !== undefined) await withTimeout(ENDS_LETTER, entered.promise)
    return key
  } finally {
    input.off('keypress', pressed)
    input.off('end', ended)
    input.pause()
    input.setRawMode?.(false)
  }
}

/** What a terminal sends for Ctrl-C when the kernel does not make a signal of it. */
const CTRL_C = '\x03'

/**
 * Runs something that takes no keys: what is typed meanwhile is neither shown nor the answer to the
 * next prompt. Ctrl-C is the signal that it always is. Answers from a pipe stay for the prompts.
 */
export async function withoutKeys<T>(input: Keyboard, run: () => Promise<T>): Promise<T> {
  if (input.setRawMode === undefined) return await run()
  const typed = (keys: Buffer | string) => {
    if (String(keys).includes(CTRL_C)) process.kill(process.pid, 'SIGINT')
  }
  input.setRawMode(true)
  input.on('data', typed)
  input.resume()
  try {
    return await run()
  } finally {
    input.off('data', typed)
    input.pause()
    input.setRawMode(false)
  }
}
