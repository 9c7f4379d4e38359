/** Asking on a terminal: by Inquirer, or, where the terminal knows no control sequences, line by line. */
import { createInterface } from 'node:readline'
import input from '@inquirer/input'
import rawlist from '@inquirer/rawlist'
import { Left } from './teller.ts'

export interface Prompts {
  /**
   * A line of text.
   * @param check what is wrong with it, in a line; undefined where nothing is
   * @param kept what Enter alone means; undefined where it means nothing
   * @throws Left where the reader leaves by Ctrl-C or Ctrl-D
   */
  line(message: string, check: Check, kept?: string): Promise<string>
  /** One of a list, by its key; `kept` and what it throws as for `line`. */
  pick(message: string, choices: readonly Pick[], kept?: string): Promise<string>
  /** Waits for Enter, and gives what was typed before it; leaves no trace where it can. */
  wait(message: string): Promise<string>
}

type Check = (typed: string) => string | undefined

export interface Pick {
  /** What is typed for it: `1`, `s`. */
  key: string
  name: string
}

export interface Streams {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
}

/** Prompts in which one can edit; for terminals. */
export function fullPrompts(streams: Streams): Prompts {
  // Plain signs: what Inquirer draws otherwise is read out by a screen reader, letter by letter.
  const theme = { prefix: { idle: '?', done: '>' } }
  return {
    line: (message, check, kept) =>
      leaving(streams, (signal) =>
        input(
          {
            message,
            // What was not taken goes, so that typing begins anew.
            theme: { ...theme, validationFailureMode: 'clear' },
            validate: (typed) => check(typed) ?? true,
            ...(kept === undefined ? {} : { default: kept }),
          },
          { ...streams, signal },
        ),
      ),
    pick: (message, choices, kept) =>
      leaving(streams, (signal) =>
        rawlist(
          {
            message,
            // Whatever Inquirer finds wrong, this is what helps.
            theme: { ...theme, style: { error: () => `> ${wanted(choices)}` } },
            ...(kept === undefined ? {} : { default: kept }),
            choices: choices.map(({ key, name }) => ({
              key,
              value: key,
              name: name.replaceAll('\n', '\n     '),
              short: `${key}, ${name
                .split(/[:,(\n]/)[0]!
                .slice(0, 40)
                .trim()}`,
            })),
          },
          { ...streams, signal },
        ),
      ),
    wait: (message) =>
      leaving(streams, (signal) =>
        input({ message, theme }, { ...streams, signal, clearPromptOnDone: true }),
      ),
  }
}

function wanted(choices: readonly Pick[]): string {
  return `one of ${choices.map(({ key }) => key).join(', ')} is wanted`
}

/** Turns the ways in which a prompt may be broken off into `Left`. */
async function leaving<T>(
  { input }: Streams,
  prompt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController()
  // Ctrl-D closes the line, and Inquirer would wait for ever.
  const onKey = (_text: string, key: { ctrl?: boolean; name?: string } | undefined) => {
    if (key?.ctrl && key.name === 'd') gone.abort()
  }
  const onEnd = () => gone.abort()
  input.on('keypress', onKey)
  input.on('end', onEnd)
  try {
    return await prompt(gone.signal)
  } catch (failure) {
    const { name } = failure as Error
    if (name === 'ExitPromptError') throw new Left(130)
    if (name === 'AbortPromptError') throw new Left(0)
    throw failure
  } finally {
    input.removeListener('keypress', onKey)
    input.removeListener('end', onEnd)
  }
}

/** Prompts that only ever write forward; for TERM=dumb, and for whoever wants nothing redrawn. */
export function plainPrompts(streams: Streams): Prompts {
  const ask = (message: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const lines = createInterface({ ...streams, terminal: false })
      let answered = false
      lines.once('line', (typed) => {
        answered = true
        lines.close()
        resolve(typed)
      })
      lines.once('close', () => {
        if (!answered) reject(new Left(0))
      })
      streams.output.write(`${message} `)
    })
  const untilRight = async (message: string, check: Check, kept = '') => {
    const prompt = kept === '' ? message : `${message} (Enter: ${kept})`
    for (;;) {
      const typed = (await ask(prompt)) || kept
      const wrong = check(typed)
      if (wrong === undefined) return typed
      streams.output.write(`${wrong}\n`)
    }
  }
  return {
    line: untilRight,
    async wait(message) {
      const typed = await ask(message)
      streams.output.write('\n')
      return typed
    },
    async pick(message, choices, kept) {
      for (const { key, name } of choices) {
        streams.output.write(`  ${key}) ${name.replaceAll('\n', '\n     ')}\n`)
      }
      const keys = choices.map(({ key }) => key)
      const check = (typed: string) =>
        keys.includes(typed.trim().toLowerCase()) ? undefined : wanted(choices)
      return (await untilRight(message, check, kept)).trim().toLowerCase()
    },
  }
}
