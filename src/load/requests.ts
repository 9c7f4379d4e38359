/**
 * One request of each test, and the reply that it must get, as bytes with holes where the key and
 * the value go. A SET is 45 bytes by default, the same as redis-benchmark's.
 */
import { keysPerMulti, type TestName } from './workload.ts'

/** A hole in a template. */
const key = Symbol('key')
const value = Symbol('value')

type Part = string | typeof key | typeof value

export interface Template {
  request: Buffer
  reply: Buffer
  /** Where the last digit of each key is in the request. */
  keysAt: number[]
  /** Where each value starts in the request; as many as keys, or none. */
  valuesAt: number[]
  /** Where each value starts in the reply; as many as keys, or none. */
  replyValuesAt: number[]
}

/** Digits of a key's number. */
export const keyDigits = 12

/** The template of a test, for values of `payload` bytes. INCR has its own, see `batches.ts`. */
export function templateOf(test: Exclude<TestName, 'incr'>, payload: number): Template {
  switch (test) {
    case 'ping':
      return template(payload, array('PING'), ['+PONG\r\n'])
    case 'set':
      return template(payload, array('SET', key, value), ['+OK\r\n'])
    case 'get':
      return template(payload, array('GET', key), bulk(value, payload))
    case 'mset':
      return template(payload, array('MSET', ...times(keysPerMulti, [key, value])), ['+OK\r\n'])
    case 'mget':
      return template(payload, array('MGET', ...times(keysPerMulti, [key])), [
        `*${keysPerMulti}\r\n`,
        ...times(keysPerMulti, bulk(value, payload)),
      ])
  }

  function array(...args: Part[]): Part[] {
    return [`*${args.length}\r\n`, ...args.flatMap((arg) => bulk(arg, payload))]
  }
}

/** A request without holes and its reply, e.g. `ECHO token`. */
export function constantTemplate(args: string[], reply: string): Template {
  return template(0, [`*${args.length}\r\n`, ...args.flatMap((arg) => bulk(arg, 0))], [reply])
}

function bulk(part: Part, payload: number): Part[] {
  const length =
    part === key ? 'key:'.length + keyDigits : part === value ? payload : Buffer.byteLength(part)
  return [`$${length}\r\n`, part, '\r\n']
}

function times(count: number, parts: Part[]): Part[] {
  return Array.from({ length: count }, () => parts).flat()
}

function template(payload: number, request: Part[], reply: Part[]): Template {
  const asked = encode(payload, request)
  const answered = encode(payload, reply)
  return {
    request: asked.bytes,
    reply: answered.bytes,
    keysAt: asked.keysAt,
    valuesAt: asked.valuesAt,
    replyValuesAt: answered.valuesAt,
  }
}

function encode(payload: number, parts: Part[]) {
  const chunks: Buffer[] = []
  const keysAt: number[] = []
  const valuesAt: number[] = []
  let length = 0
  for (const part of parts) {
    let chunk: Buffer
    if (part === key) {
      chunk = Buffer.from(`key:${'0'.repeat(keyDigits)}`)
      keysAt.push(length + chunk.length - 1)
    } else if (part === value) {
      chunk = Buffer.alloc(payload, 'x')
      valuesAt.push(length)
    } else {
      chunk = Buffer.from(part)
    }
    chunks.push(chunk)
    length += chunk.length
  }
  return { bytes: Buffer.concat(chunks, length), keysAt, valuesAt }
}
