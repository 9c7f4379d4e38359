/** Tells the walkthrough on a terminal: nothing scrolls past unread, and every prompt can be left. */
import { stripVTControlCharacters } from 'node:util'
import { openOnDesktop } from '../cli/browser.ts'
import { isDumb } from '../cli/progress.ts'
import { wrap } from '../report/format.ts'
import type { Emit } from '../run/events.ts'
import { fold } from './fold.ts'
import { fullPrompts, type Prompts, plainPrompts } from './prompts.ts'
import { Back, Left, type Teller } from './teller.ts'

export interface Terminal {
  prompts: Prompts
  /** Its width, in characters; it may change while one reads. */
  columns(): number
  /** How many lines the screen has. */
  rows(): number
  write(text: string): void
}

/** No line is wider, however wide the terminal: long lines are hard to read. */
const WIDEST = 80

/** The terminal that the lab was started in. */
export function ownTerminal(): Terminal {
  const streams = { input: process.stdin, output: process.stdout }
  return {
    prompts: isDumb() ? plainPrompts(streams) : fullPrompts(streams),
    columns: () => Math.max(20, Math.min(WIDEST, process.stdout.columns ?? WIDEST)),
    rows: () => process.stdout.rows ?? 24,
    write: (text) => process.stdout.write(text),
  }
}

/** Words that mean the same everywhere; also said once, in the welcome. */
const skips = /^(?:s|skip)$/i
const quits = /^(?:q|quit|exit)$/i
const backs = /^(?:b|back)$/i

/** Whether it is one of them; the step that is under way then ends. */
function leads(typed: string): boolean {
  return quits.test(typed.trim()) || backs.test(typed.trim())
}

function follow(typed: string): void {
  if (quits.test(typed.trim())) throw new Left(0)
  if (backs.test(typed.trim())) throw new Back()
}

/** A teller on a terminal. */
export function terminalTeller({ prompts, columns, rows, write }: Terminal, emit: Emit): Teller {
  /** Lines on the screen that the reader may not have read yet. */
  let unread = 0
  /** Waits for the lines that it stands above. */
  let heading: readonly string[] = []
  const room = () => Math.max(5, rows() - 2)
  const wait = async (message: string): Promise<string> => {
    const typed = await prompts.wait(message)
    unread = 0
    if (quits.test(typed.trim())) throw new Left(0)
    return typed.trim()
  }
  /** Makes sure that so many lines can be shown without others going off the screen unread. */
  const makeRoom = async (lines: number) => {
    if (unread > 0 && unread + lines > room()) await wait('Enter: more')
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
            onDemand ? `Enter: more (${left} lines), s: skip the rest` : `Enter: more`,
          )
          if (onDemand && skips.test(typed)) return
        }
        write(`${line}\n`)
        unread++
      }
    },
    async pause(next) {
      write('\n')
      follow(await wait(cut(`Enter: ${next}`, columns())))
    },
    async ask({ prompt, read, kept }) {
      await makeRoom(3)
      const check = (text: string) => {
        if (skips.test(text.trim()) || leads(text)) return undefined
        const found = read(text)
        return 'wrong' in found ? `${found.wrong}; s skips` : undefined
      }
      const typed = await prompts.line(cut(prompt, columns() - 12), check, kept)
      unread = 0
      follow(typed)
      if (skips.test(typed.trim())) return undefined
      const found = read(typed)
      return 'value' in found ? found.value : undefined
    },
    async choose({ prompt, options, skippable, back = skippable, kept }) {
      const width = columns() - 6
      const choices = options.map((name, at) => ({
        key: String(at + 1),
        name: wrap(name, '', width).join('\n'),
      }))
      if (skippable) choices.push({ key: 's', name: 'skip' })
      if (back) choices.push({ key: 'b', name: 'back' })
      choices.push({ key: 'q', name: 'leave' })
      await makeRoom(choices.reduce((sum, { name }) => sum + name.split('\n').length, 2))
      const before = kept === undefined ? undefined : String(kept + 1)
      const key = await prompts.pick(prompt, choices, before)
      unread = 0
      follow(key)
      return key === 's' ? undefined : Number(key) - 1
    },
    emit(event) {
      unread = 0 // There is time to read while something runs.
      emit(event)
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
