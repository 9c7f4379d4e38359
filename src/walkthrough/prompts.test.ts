/** The prompts themselves, with keys typed into a stream in place of a terminal. */
import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { fullPrompts, type Prompts, plainPrompts } from './prompts.ts'
import { Left, type Teller } from './teller.ts'
import { terminalTeller } from './terminal.ts'
import { readNumber, readRanking } from './typed.ts'

/** A teller on a screen of 24 lines, and what types at it. */
function screen(kind: (streams: { input: PassThrough; output: PassThrough }) => Prompts) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  output.end = () => output // Inquirer ends what it writes to; a terminal does not mind.
  let shown = ''
  const waiting: (() => void)[] = []
  output.setEncoding('utf8').on('data', (text) => {
    shown += text
    for (const look of [...waiting]) look()
  })
  const teller = terminalTeller(
    {
      prompts: kind({ input, output }),
      columns: () => 80,
      rows: () => 24,
      write: (text) => output.write(text),
    },
    () => {},
  )
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
  return { teller, type, input, text: () => stripVTControlCharacters(shown) }
}

const kinds = [
  ['full', fullPrompts],
  ['plain, for a terminal that is dumb', plainPrompts],
] as const

const number = (teller: Teller) => teller.ask({ id: 'x', prompt: 'How many:', read: readNumber })

it.each(kinds)('a number, and nonsense before it (%s)', async (_, kind) => {
  const { teller, type } = screen(kind)
  const answer = number(teller)
  await type(/How many:/, kind === fullPrompts ? 'z\r' : 'z\n')
  await type(/a number is wanted.*not 'z'; s skips/, kind === fullPrompts ? '~1,000\r' : '~1,000\n')
  expect(await answer).toBe(1000)
})

it.each(kinds)('one of some options by its number (%s)', async (_, kind) => {
  const { teller, type } = screen(kind)
  const options = ['one', 'two', 'three']
  const answer = teller.choose({ id: 'x', prompt: 'Which:', options, skippable: true })
  await type(/Which:/, kind === fullPrompts ? '2\r' : '9\n')
  if (kind === plainPrompts) await type(/one of 1, 2, 3, s, b, q is wanted/, '2\n')
  expect(await answer).toBe(1)
})

it.each(kinds)('Enter alone, and what is not there, say what there is (%s)', async (_, kind) => {
  const end = kind === fullPrompts ? '\r' : '\n'
  const { teller, type } = screen(kind)
  const options = ['one', 'two']
  const answer = teller.choose({ id: 'x', prompt: 'Which:', options, skippable: false, back: true })
  await type(/Which:/, end)
  await type(/one of 1, 2, b, q is wanted/, `7${end}`)
  await type(/one of 1, 2, b, q is wanted/, `2${end}`)
  expect(await answer).toBe(1)
})

it.each(kinds)(
  'Enter keeps what was said before, and other words replace it (%s)',
  async (_, kind) => {
    const end = kind === fullPrompts ? '\r' : '\n'
    const { teller, type } = screen(kind)
    const kept = { id: 'x', prompt: 'How many:', kept: '46', read: readNumber }
    const first = teller.ask(kept)
    await type(/How many:.*46/, end)
    expect(await first).toBe(46)
    const second = teller.ask(kept)
    await type(/How many:.*46/, `7${end}`)
    expect(await second).toBe(7)
    const which = { id: 'y', prompt: 'Which:', options: ['a', 'b'], skippable: true, kept: 1 }
    const third = teller.choose(which)
    await type(/Which:.*2/s, end)
    expect(await third).toBe(1)
    const fourth = teller.choose(which)
    await type(/Which:.*2/s, `1${end}`)
    expect(await fourth).toBe(0)
  },
)

it.each(kinds)('a ranking (%s)', async (_, kind) => {
  const { teller, type } = screen(kind)
  const items = ['a', 'b', 'c']
  const answer = teller.ask({ id: 'x', prompt: 'Order:', read: (text) => readRanking(text, items) })
  await type(/Order:/, `3 1 2${kind === fullPrompts ? '\r' : '\n'}`)
  expect(await answer).toEqual(['c', 'a', 'b'])
})

it.each(kinds)('s skips, q leaves (%s)', async (_, kind) => {
  const end = kind === fullPrompts ? '\r' : '\n'
  const { teller, type } = screen(kind)
  const skipped = number(teller)
  await type(/How many:/, `s${end}`)
  expect(await skipped).toBeUndefined()
  const left = number(teller).catch((failure) => failure)
  await type(/How many:/, `q${end}`)
  expect(await left).toMatchObject({ name: 'Left', status: 0 })
})

it.each(kinds)('b goes back (%s)', async (_, kind) => {
  const { teller, type } = screen(kind)
  const back = teller.pause('next').catch((failure) => failure)
  await type(/Enter: next/, `b${kind === fullPrompts ? '\r' : '\n'}`)
  expect(await back).toMatchObject({ name: 'Back' })
})

it('Ctrl-C leaves with 130, Ctrl-D with 0', async () => {
  for (const [key, status] of [
    ['\x03', 130],
    ['\x04', 0],
  ] as const) {
    const { teller, type } = screen(fullPrompts)
    const left = number(teller).catch((failure) => failure)
    await type(/How many:/, key)
    expect(await left).toBeInstanceOf(Left)
    expect(await left).toMatchObject({ status })
  }
})

it('the end of the input leaves a plain prompt', async () => {
  const { teller, type, input } = screen(plainPrompts)
  const left = number(teller).catch((failure) => failure)
  await type(/How many:/, '')
  input.end()
  expect(await left).toMatchObject({ name: 'Left', status: 0 })
})

it.each(kinds)(
  'what is longer than the screen waits, and can be left unread (%s)',
  async (_, kind) => {
    const end = kind === fullPrompts ? '\r' : '\n'
    const { teller, type, text } = screen(kind)
    const lines = Array.from({ length: 100 }, (_, at) => `line ${at};`)
    const saying = teller.say(lines, true)
    await type(/Enter: more \(78 lines\), s: skip the rest/, end)
    await type(/Enter: more \(56 lines\), s: skip the rest/, `s${end}`)
    await saying
    expect(text()).toContain('line 43;')
    expect(text()).not.toContain('line 44;')
  },
)

it('what fits on one screen is not torn apart', async () => {
  const { teller, type, text } = screen(plainPrompts)
  await teller.say(Array.from({ length: 15 }, () => 'first'))
  const saying = teller.say(Array.from({ length: 15 }, () => 'second'))
  await type(/Enter: more/, '\n')
  expect(text()).not.toContain('second')
  await saying
  expect(text()).toContain('second')
})

it('a heading goes with the lines below it to the next screen', async () => {
  const { teller, type, text } = screen(plainPrompts)
  await teller.say(Array.from({ length: 15 }, () => 'first'))
  teller.head(['# heading', ''])
  const saying = teller.say(Array.from({ length: 10 }, () => 'second'))
  await type(/Enter: more/, '\n')
  expect(text()).not.toContain('# heading')
  await saying
  expect(text()).toContain('# heading\n\nsecond')
})

it('a plain prompt writes forward only', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  output.setEncoding('utf8').on('data', (text) => (shown += text))
  const prompts = plainPrompts({ input, output })
  const picked = prompts.pick('Which:', [{ key: '1', name: 'one' }])
  input.write('1\n')
  expect(await picked).toBe('1')
  expect(shown).toBe('  1) one\nWhich: ')
})
