/**
 * Where the walkthrough is shown and asked: a terminal, or answers from a list in a test. Nothing
 * scrolls off the screen unread, and every prompt can be left.
 */
import { stripVTControlCharacters } from 'node:util'
import { openOnDesktop } from '../cli/browser.ts'
import { isDumb, withSeconds } from '../cli/progress.ts'
import { fold, wrap } from '../cli/wrap.ts'
import type { Emit } from '../run/events.ts'
import { Back, Left, readKey, readLine, type Terminal, withoutKeys } from './keyboard.ts'
import type { Typed } from './typed.ts'

export interface Output {
  /** Widest line, in characters. */
  readonly columns: number
  /** A heading; it is shown with the lines that follow, never alone at the foot of a screen. */
  head(lines: readonly string[]): void
  /**
   * Shows lines; if they are more than fit on the screen, a page at a time.
   * @param onDemand the rest may be left unread
   */
  say(lines: readonly string[], onDemand?: boolean): Promise<void>
  /**
   * Waits until the reader wants to go on.
   * @param next what comes then
   */
  pause(next: string): Promise<void>
  /** Asks for a line until `read` takes it; undefined if the reader skips. */
  ask<T>(asked: Asked<T>): Promise<T | undefined>
  /** Asks for one of some options; its index. Undefined if the reader skips. */
  choose(asked: Choice): Promise<number | undefined>
  /**
   * Offers keys, a letter each, and waits for one of them, without Enter after it if the terminal can
   * do that.
   * @param news resolved: a key is waited for no longer
   * @param status is shown below meanwhile
   * @returns the key; undefined if there is news
   */
  key(
    keys: readonly OfferedKey[],
    news: Promise<unknown>,
    status?: Status,
  ): Promise<string | undefined>
  /** Shows what a run says. */
  readonly emit: Emit
  /** Waits for a run, during which keys do nothing, Ctrl-C excepted. */
  watch<T>(run: (emit: Emit) => Promise<T>): Promise<T>
  /** Opens a page in the browser if there is a desktop; else says nothing. */
  open(file: string): Promise<void>
}

export interface Asked<T> {
  /** Of the prediction or question; a test finds its answer by it. */
  id: string
  /** In front of what is typed, a few words. */
  prompt: string
  /** What was answered before, as it is typed: Enter keeps it. */
  before?: string | undefined
  read(typed: string): Typed<T>
}

/** A key and what it does: `h`, `hint`. Those of going back and leaving are `b` and `q`. */
export type OfferedKey = readonly [key: string, does: string]

/** A line that changes while a key is waited for. */
export interface Status {
  text: string
  /** When what it says began, ms of `performance.now()`: its seconds are shown. */
  begun?: number | undefined
  /** To be called when the text has changed; there while it is shown. */
  changed?: () => void
}

export interface Choice {
  id: string
  prompt: string
  options: readonly string[]
  /** Whether one may skip it. */
  skippable: boolean
  /** Whether one may go back, if one may not skip it. */
  back?: boolean
  /** Index of what was chosen before: Enter keeps it. */
  before?: number | undefined
}

/** No line is wider, however wide the terminal: long lines are hard to read. */
const WIDEST = 80

/** The terminal that the lab was started in. */
export function ownTerminal(): Terminal {
  return {
    input: process.stdin,
    output: process.stdout,
    canEdit: !isDumb(),
    columns: () => Math.max(20, Math.min(WIDEST, process.stdout.columns ?? WIDEST)),
    rows: () => process.stdout.rows ?? 24,
  }
}

/** Words that mean the same at every prompt; the welcome says them. */
const skips = /^(?:s|skip)$/i
const quits = /^(?:q|quit|exit)$/i
const backs = /^(?:b|back)$/i

/** @throws Left or Back if that is what was typed */
function follow(typed: string): void {
  if (quits.test(typed)) throw new Left(0)
  if (backs.test(typed)) throw new Back()
}

/** @param emit shows what runs say */
export function terminalOutput(terminal: Terminal, emit: Emit): Output {
  const { columns, rows, output, canEdit } = terminal
  /** Lines on the screen that the reader may not have read yet. */
  let unread = 0
  /** Waits for the lines that it is above. */
  let heading: readonly string[] = []
  const room = () => Math.max(5, rows() - 2)
  const prompted = async (prompt: string, pages = false): Promise<string> => {
    const typed = await readLine(terminal, prompt, { pages }).finally(() => {
      // After Ctrl-C or Ctrl-D the shell's prompt begins a new line.
      unread = 0
    })
    return typed.trim()
  }
  /** Waits for Enter; the prompt is taken away again if the terminal can do that. */
  const wait = async (message: string): Promise<string> => {
    const typed = await prompted(message, true)
    output.write(canEdit ? '\x1b[1A\r\x1b[J' : '\n')
    if (quits.test(typed)) throw new Left(0)
    return typed
  }
  /** Makes sure that so many lines can be shown without others going off the screen unread. */
  const makeRoom = async (lines: number) => {
    if (unread > 0 && unread + lines > room()) await wait('Enter: more')
  }
  /** Asks until `read` takes what was typed, or the reader skips. */
  const untilRead = async <T>(
    prompt: string,
    read: (typed: string) => Typed<T>,
    { skippable = true, back = true, before = '', menu = [] as readonly string[] } = {},
  ): Promise<T | undefined> => {
    const withBefore = before === '' ? prompt : `${prompt} (Enter: ${before})`
    for (;;) {
      const typed = (await prompted(withBefore)) || before
      if (skippable && skips.test(typed)) return undefined
      if (back || quits.test(typed)) follow(typed)
      const found = read(typed)
      if ('value' in found) return found.value
      const lines = [...wrap(found.wrong, '', columns()), ...menu]
      output.write(`${lines.join('\n')}\n`)
    }
  }
  /** A key, typed as a line: this terminal gives nothing else. */
  const typedKey = async (keys: readonly string[], news: Promise<unknown>) => {
    let isNews = false
    news.then(() => {
      isNews = true
    })
    for (;;) {
      const typed = (await readLine(terminal, '>', { news })).trim().toLowerCase()
      if (isNews) return undefined
      follow(typed)
      if (keys.includes(typed)) return typed
      output.write(`Enter one of ${keys.join(', ')}\n`)
    }
  }
  return {
    get columns() {
      return columns()
    },
    head(lines) {
      heading = lines
    },
    async say(lines, onDemand = false) {
      const all = [...heading, ...lines]
      heading = []
      const folded = all.flatMap((line) => fold(line, columns()))
      // What fits on one screen is not torn apart.
      if (folded.length <= room()) await makeRoom(folded.length)
      for (const [at, line] of folded.entries()) {
        if (unread >= room()) {
          const left = folded.length - at
          const typed = await wait(
            onDemand ? `Enter: more (${left} lines), s: skip the rest` : 'Enter: more',
          )
          if (onDemand && skips.test(typed)) return
        }
        output.write(`${line}\n`)
        unread++
      }
    },
    async pause(next) {
      output.write('\n')
      follow(await wait(cut(`Enter: ${next}`, columns())))
    },
    async ask({ prompt, read, before }) {
      await makeRoom(3)
      const withSkip = (typed: string) => {
        const found = read(typed)
        return 'wrong' in found ? { wrong: `${found.wrong}; s skips` } : found
      }
      return await untilRead(cut(prompt, columns() - 12), withSkip, { before })
    },
    async choose({ prompt, options, skippable, back = skippable, before }) {
      const others = [
        ...(skippable ? [['s', 'skip']] : []),
        ...(back ? [['b', 'back']] : []),
        ['q', 'leave'],
      ] as [string, string][]
      const choices: [key: string, name: string][] = [
        ...options.map((name, at): [string, string] => [String(at + 1), name]),
        ...others,
      ]
      const lines = choices.flatMap(([key, name]) => {
        const [first, ...rest] = wrap(name, '     ', columns())
        return [`  ${key}) ${first!.trimStart()}`, ...rest]
      })
      await makeRoom(heading.length + lines.length + 2)
      output.write(`${[...heading, ...lines].join('\n')}\n`)
      heading = []
      const keys = choices.map(([key]) => key).join(', ')
      const read = (typed: string): Typed<number> => {
        const at = /^\d+$/.test(typed) ? Number(typed) - 1 : -1
        return options[at] === undefined ? { wrong: `Enter one of ${keys}` } : { value: at }
      }
      const earlier = before === undefined ? '' : String(before + 1)
      return await untilRead(prompt, read, { skippable, back, before: earlier, menu: lines })
    },
    async key(keys, news, status = { text: '' }) {
      const offer = keys.map(([key, does]) => `${key}: ${does}`).join('   ')
      const lines = ['', ...wrap(offer, '', columns())]
      const all = keys.map(([key]) => key)
      output.write(lines.map((line) => `${line}\n`).join(''))
      unread = 0
      if (!canEdit) {
        status.changed = () => output.write(`${status.text}\n`)
        return await typedKey(all, news).finally(() => delete status.changed)
      }
      const draw = () => {
        const { text, begun } = status
        const line = begun === undefined ? text : withSeconds(text, begun)
        output.write(`\r\x1b[K${cut(line, columns())}`)
      }
      draw()
      status.changed = draw
      const seconds = setInterval(() => status.begun !== undefined && draw(), 1000)
      try {
        const key = await readKey(terminal.input, [...all, 'b', 'q'], news)
        if (key !== undefined) follow(key)
        return key
      } finally {
        delete status.changed
        clearInterval(seconds)
        output.write(`\r\x1b[K\x1b[${lines.length}A\x1b[J`)
      }
    },
    emit(event) {
      unread = 0 // There is time to read while something runs.
      emit(event)
    },
    async watch(run) {
      return await (canEdit ? withoutKeys(terminal.input, () => run(this.emit)) : run(this.emit))
    },
    async open(file) {
      await openOnDesktop(file, false)
    },
  }
}

function cut(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text)
  return plain.length <= columns - 3 ? text : `${plain.slice(0, columns - 4)}…`
}
