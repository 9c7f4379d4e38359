/** A command of more than 1 GiB is refused as soon as its headers say its size. */
import { describe, expect, it } from 'vitest'
import { CommandTooLarge } from '../src/server/protocol-error.ts'
import { Parser as Parser1 } from './stage1/parser.ts'
import { Reader as Reader1 } from './stage1/reader.ts'
import { Parser as Parser2 } from './stage2/parser.ts'
import { Reader as Reader2 } from './stage2/reader.ts'
import { Parser as Parser3 } from './stage3/parser.ts'
import { Parser as Parser4 } from './stage4/parser.ts'

const HALF = 512 * 1024 * 1024
const header = (length: number) => `$${length}\r\n`

/** Stages 1 and 2 have a payload out of the reader before the next header: so has this one. */
function withoutPayloads(
  Parser: typeof Parser1 | typeof Parser2,
  Reader: typeof Reader1 | typeof Reader2,
) {
  const reader = new Reader()
  reader.take = (count) => Buffer.alloc(0, count)
  const parser = new Parser(reader as Reader1 & Reader2)
  return (text: string) => {
    for (const byte of Buffer.from(text)) {
      reader.buffer[0] = byte
      reader.received(1)
      parser.parseCommand()
    }
  }
}

describe.each([
  ['stage1', Parser1, Reader1],
  ['stage2', Parser2, Reader2],
] as const)('%s', (_id, Parser, Reader) => {
  it('counts the arguments together', () => {
    const send = withoutPayloads(Parser, Reader)
    send(`*4\r\n${header(HALF)}${header(HALF)}`)
    expect(() => send(header(1))).toThrow(CommandTooLarge)
  })

  it('counts each command for itself', () => {
    const send = withoutPayloads(Parser, Reader)
    for (let round = 0; round < 3; round++) send(`*2\r\n${header(HALF)}${header(HALF)}`)
  })
})

describe.each([
  ['stage3', Parser3],
  ['stage4', Parser4],
] as const)('%s', (_id, Parser) => {
  /** A receive buffer that says that it has the payloads; they are not read. */
  function pretending(text: string, payload: number) {
    const bytes = Buffer.from(text)
    /** Where the payload would begin. */
    const head = text.indexOf('|')
    const far = new Proxy(bytes, {
      get(target, name) {
        const at = typeof name === 'string' ? Number(name) : Number.NaN
        if (Number.isNaN(at)) return Reflect.get(target, name, target)
        return target[at < head ? at : at - payload]
      },
    })
    return { bytes: far as Buffer, view: NOTHING_WHOLE, position: 0, end: text.length + payload }
  }

  it('counts what has arrived and what is announced', () => {
    const first = `*3\r\n${header(HALF)}|`
    const text = `${first}\r\n${header(HALF)}`
    const reader = pretending(text, HALF - 1)
    expect(() => new Parser(reader as never).parseCommand()).toThrow(CommandTooLarge)
  })

  it('waits for what is large, but not too large', () => {
    const text = `*3\r\n${header(HALF)}`
    const reader = { bytes: Buffer.from(text), view: NOTHING_WHOLE, position: 0, end: text.length }
    expect(new Parser(reader as never).parseCommand()).toBeUndefined()
  })
})

/** What stage 4 looks at to find commands that have arrived whole: it shall find none. */
const NOTHING_WHOLE = { getInt32: () => 0 }
