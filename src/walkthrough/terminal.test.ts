/** The prompts themselves, with keys typed into a stream in place of a terminal. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { Left, type Terminal } from './keyboard.ts'
import { type Output, type Status, terminalOutput } from './terminal.ts'
import { readNumber, readRanking } from './typed.ts'

/** A screen of 24 lines, and what types at it. */
function screen(canEdit: boolean) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let [shown, all] = ['', '']
  const waiting: (() => void)[] = []
  output.setEncoding('utf8').on('data', (text) => {
    shown += text
    all += text
    for (const look of [...waiting]) look()
  })
  const terminal: Terminal = { input, output, canEdit, columns: () => 80, rows: () => 24 }
  const own = terminalOutput(terminal, () => {})
  /** Types when something has been shown. */
  const type = async (when: RegExp, keys: string) => {
    await new Promise<void>((resolve) => {
      const look = () => {
        const text = stripVTControlCharacters(shown)
        if (!when.test(text)) return
        shown = text.replace(when, '')
        waiting.splice(waiting.indexOf(look), 1)
        resolve()
      }
      waiting.push(look)
      look()
    })
    input.write(keys)
  }
  return { output: own, type, input, text: () => stripVTControlCharacters(shown), raw: () => all }
}

const kinds = [
  ['a line that can be edited', true],
  ['TERM=dumb', false],
] as const

const number = (output: Output) => output.ask({ id: 'x', prompt: 'How many:', read: readNumber })

it.each(kinds)('a number, and nonsense before it (%s)', async (_, canEdit) => {
  const { output, type } = screen(canEdit)
  const answer = number(output)
  await type(/How many:/, canEdit ? 'z\r' : 'z\n')
  await type(/Enter a number.*not 'z'; s skips/, canEdit ? '~1,000\r' : '~1,000\n')
  expect(await answer).toBe(1000)
})

it.each(kinds)('one of some options by its number (%s)', async (_, canEdit) => {
  const { output, type } = screen(canEdit)
  const options = ['one', 'two', 'three']
  const answer = output.choose({ id: 'x', prompt: 'Which:', options, skippable: true })
  await type(/Which:/, canEdit ? '2\r' : '9\n')
  if (!canEdit) await type(/Enter one of 1, 2, 3, s, b, q/, '2\n')
  expect(await answer).toBe(1)
})

it.each(kinds)('Enter alone, and what is not there, say what there is (%s)', async (_, canEdit) => {
  const end = canEdit ? '\r' : '\n'
  const { output, type } = screen(canEdit)
  const options = ['one', 'two']
  const answer = output.choose({ id: 'x', prompt: 'Which:', options, skippable: false, back: true })
  await type(/Which:/, end)
  const again = /Enter one of 1, 2, b, q\s+1\) one\s+2\) two\s+b\) back\s+q\) leave\s+Which:/
  await type(again, `7${end}`)
  await type(again, `2${end}`)
  expect(await answer).toBe(1)
})

it.each(kinds)(
  'Enter keeps what was said before, and other words replace it (%s)',
  async (_, canEdit) => {
    const end = canEdit ? '\r' : '\n'
    const { output, type } = screen(canEdit)
    const asked = { id: 'x', prompt: 'How many:', before: '46', read: readNumber }
    const first = output.ask(asked)
    await type(/How many:.*46/, end)
    expect(await first).toBe(46)
    const second = output.ask(asked)
    await type(/How many:.*46/, `7${end}`)
    expect(await second).toBe(7)
    const which = { id: 'y', prompt: 'Which:', options: ['a', 'b'], skippable: true, before: 1 }
    const third = output.choose(which)
    await type(/Which:.*2/s, end)
    expect(await third).toBe(1)
    const fourth = output.choose(which)
    await type(/Which:.*2/s, `1${end}`)
    expect(await fourth).toBe(0)
  },
)

it.each(kinds)('a ranking (%s)', async (_, canEdit) => {
  const { output, type } = screen(canEdit)
  const items = ['a', 'b', 'c']
  const answer = output.ask({ id: 'x', prompt: 'Order:', read: (text) => readRanking(text, items) })
  await type(/Order:/, `3 1 2${canEdit ? '\r' : '\n'}`)
  expect(await answer).toEqual(['c', 'a', 'b'])
})

it.each(kinds)('s skips, q leaves (%s)', async (_, canEdit) => {
  const end = canEdit ? '\r' : '\n'
  const { output, type } = screen(canEdit)
  const skipped = number(output)
  await type(/How many:/, `s${end}`)
  expect(await skipped).toBeUndefined()
  const left = number(output).catch((failure) => failure)
  await type(/How many:/, `q${end}`)
  expect(await left).toMatchObject({ name: 'Left', status: 0 })
})

it.each(kinds)('b goes back (%s)', async (_, canEdit) => {
  const { output, type } = screen(canEdit)
  const back = output.pause('next').catch((failure) => failure)
  await type(/Enter: next/, `b${canEdit ? '\r' : '\n'}`)
  expect(await back).toMatchObject({ name: 'Back' })
})

it('Ctrl-C leaves with 130, Ctrl-D with 0', async () => {
  for (const [key, status] of [
    ['\x03', 130],
    ['\x04', 0],
  ] as const) {
    const { output, type } = screen(true)
    const left = number(output).catch((failure) => failure)
    await type(/How many:/, key)
    expect(await left).toBeInstanceOf(Left)
    expect(await left).toMatchObject({ status })
  }
})

it('the end of the input leaves a plain prompt', async () => {
  const { output, type, input } = screen(false)
  const left = number(output).catch((failure) => failure)
  await type(/How many:/, '')
  input.end()
  expect(await left).toMatchObject({ name: 'Left', status: 0 })
})

it.each(kinds)(
  'what is longer than the screen waits, and can be left unread (%s)',
  async (_, canEdit) => {
    const end = canEdit ? '\r' : '\n'
    const { output, type, text } = screen(canEdit)
    const lines = Array.from({ length: 100 }, (_, at) => `line ${at};`)
    const saying = output.say(lines, true)
    await type(/Enter: more \(78 lines\), s: skip the rest/, end)
    await type(/Enter: more \(56 lines\), s: skip the rest/, `s${end}`)
    await saying
    expect(text()).toContain('line 43;')
    expect(text()).not.toContain('line 44;')
  },
)

it('Space pages, and goes on', async () => {
  const { output, type, text } = screen(true)
  const saying = output.say(
    Array.from({ length: 40 }, (_, at) => `line ${at};`),
    true,
  )
  await type(/Enter: more \(18 lines\)/, ' ')
  await saying
  expect(text()).toContain('line 39;')
  const pause = output.pause('next')
  await type(/Enter: next/, ' ')
  await pause
})

const offered = [
  ['h', 'hint'],
  ['n', 'go on'],
] as const
const never = new Promise<never>(() => {})

it.each(kinds)('a key, after one that is not offered (%s)', async (_, canEdit) => {
  const { output, type } = screen(canEdit)
  const key = output.key(offered, never)
  await type(/h: hint {3}n: go on/, canEdit ? 'zh' : 'z\n')
  if (!canEdit) await type(/Enter one of h, n/, 'h\n')
  expect(await key).toBe('h')
})

it('an Enter that ends a letter is not for the next prompt, and Enter alone is no key', async () => {
  const { output, type, text } = screen(true)
  const key = output.key(offered, never)
  await type(/n: go on/, '\rh\r')
  expect(await key).toBe('h')
  const answer = number(output)
  await type(/How many:/, '7\r')
  expect(await answer).toBe(7)
  expect(text()).not.toContain('Enter a number')
})

it.each(kinds)(
  'news ends the wait for a key, and the next prompt works (%s)',
  async (_, canEdit) => {
    const { output, type } = screen(canEdit)
    const news = Promise.withResolvers<void>()
    const status: Status = { text: 'watching' }
    const key = output.key(offered, news.promise, status)
    await type(canEdit ? /watching/ : /n: go on/, '')
    status.text = 'checking'
    status.changed?.()
    if (canEdit) await type(/checking/, '')
    Object.assign(status, { text: 'counting', begun: performance.now() - 60_000 })
    status.changed?.()
    await type(canEdit ? /counting: 6\d s/ : /counting\n/, '')
    news.resolve()
    expect(await key).toBeUndefined()
    const answer = number(output)
    await type(/How many:/, canEdit ? '7\r' : '7\n')
    expect(await answer).toBe(7)
  },
)

it('what fits on one screen is not torn apart', async () => {
  const { output, type, text } = screen(false)
  await output.say(Array.from({ length: 15 }, () => 'first'))
  const saying = output.say(Array.from({ length: 15 }, () => 'second'))
  await type(/Enter: more/, '\n')
  expect(text()).not.toContain('second')
  await saying
  expect(text()).toContain('second')
})

it('a heading goes with the lines below it to the next screen', async () => {
  const { output, type, text } = screen(false)
  await output.say(Array.from({ length: 15 }, () => 'first'))
  output.head(['# heading', ''])
  const saying = output.say(Array.from({ length: 10 }, () => 'second'))
  await type(/Enter: more/, '\n')
  expect(text()).not.toContain('# heading')
  await saying
  expect(text()).toContain('# heading\n\nsecond')
})

it('a menu that comes first in a step is below its heading', async () => {
  const { output, type } = screen(false)
  output.head(['# heading', ''])
  const picked = output.choose({ id: 'x', prompt: 'Which:', options: ['one'], skippable: false })
  await type(/^# heading\n\n {2}1\) one\n/, '1\n')
  expect(await picked).toBe(0)
})

it('with TERM=dumb a prompt writes forward only', async () => {
  const { output, type, raw } = screen(false)
  const picked = output.choose({ id: 'x', prompt: 'Which:', options: ['one'], skippable: false })
  await type(/q\) leave\nWhich: /, '1\n')
  expect(await picked).toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  expect(raw()).not.toMatch(/[\x1b\r]/)
})

it('a key during a run is neither shown nor the answer to the next prompt; Ctrl-C is a signal', async () => {
  const { output, input, type, raw } = screen(true)
  const modes: boolean[] = []
  Object.assign(input, { setRawMode: (on: boolean) => modes.push(on) })
  const interrupted = once(process, 'SIGINT')
  const result = await output.watch(async () => {
    input.write('\r\rq\x03')
    await interrupted
    return 7
  })
  expect(result).toBe(7)
  expect(modes).toEqual([true, false])
  expect(raw()).toBe('')
  const answer = number(output)
  await type(/How many:/, '12\r')
  expect(await answer).toBe(12)
})
