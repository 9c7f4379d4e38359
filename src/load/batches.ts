/**
 * What each client sends next and what must come back, prepared as bytes, since the load generator
 * shares the machine with the server: nothing is encoded or allocated during a run. With one key a
 * batch is the same bytes for all clients; with many, each client patches digits and values in its
 * own batch.
 */
import { constantTemplate, keyDigits, type Template } from './requests.ts'

export interface Batch {
  readonly request: Buffer
  /** What must come back, byte for byte. */
  readonly reply: Buffer
  /** Bytes of `request` that the batch at hand takes up; the last batch of a run may be short. */
  requestLength: number
  /** Bytes of `reply` that the batch at hand must get. */
  replyLength: number
}

export interface Batches {
  /** One for each client. */
  readonly ofClient: readonly Batch[]
  /** Makes the next batch of a client ready, `count` requests long. */
  prepare(client: number, count: number): void
}

/** The same request over and over; all clients share the bytes. */
export function constantBatches(template: Template, pipeline: number, clients: number): Batches {
  const request = repeat(template.request, pipeline)
  const reply = repeat(template.reply, pipeline)
  const ofClient = Array.from({ length: clients }, () => newBatch(request, reply))
  return {
    ofClient,
    prepare(client, count) {
      const batch = ofClient[client]!
      batch.requestLength = template.request.length * count
      batch.replyLength = template.reply.length * count
    },
  }
}

/** Where keys come from and which values they have. */
export interface Keys {
  keyspace: number
  /** The next key to use, from 0 to `keyspace - 1`. */
  pick(): number
  values: Values
  generations: Generations
}

/** Requests that name keys. If they write, they write the current generation, and it is noted. */
export function keyedBatches(
  template: Template,
  pipeline: number,
  clients: number,
  keys: Keys,
): Batches {
  if (keys.keyspace === 1) {
    // Any key is key 0: write the holes once, and the batch never changes again.
    const request = Buffer.from(template.request)
    const reply = Buffer.from(template.reply)
    writeHoles(request, 0, reply, 0)
    return constantBatches({ ...template, request, reply }, pipeline, clients)
  }
  const ofClient = Array.from({ length: clients }, () =>
    newBatch(repeat(template.request, pipeline), repeat(template.reply, pipeline)),
  )
  return {
    ofClient,
    prepare(client, count) {
      const batch = ofClient[client]!
      const { request, reply } = batch
      let requestAt = 0
      let replyAt = 0
      for (let i = 0; i < count; i++) {
        writeHoles(request, requestAt, reply, replyAt)
        requestAt += template.request.length
        replyAt += template.reply.length
      }
      batch.requestLength = requestAt
      batch.replyLength = replyAt
    },
  }

  function writeHoles(request: Buffer, requestAt: number, reply: Buffer, replyAt: number): void {
    const { keysAt, valuesAt, replyValuesAt } = template
    const { values, generations } = keys
    const { ofKey } = generations
    for (let i = 0; i < keysAt.length; i++) {
      const key = keys.pick()
      writeKey(request, requestAt + keysAt[i]!, key)
      if (valuesAt.length > 0) {
        const generation = generations.current()
        ofKey[key] = generation
        values.write(request, requestAt + valuesAt[i]!, key, generation)
      }
      if (replyValuesAt.length > 0) {
        values.write(reply, replyAt + replyValuesAt[i]!, key, ofKey[key]!)
      }
    }
  }
}

/**
 * INCR. Every client has its own counter, which makes each reply known beforehand; with one
 * counter for all, as in redis-benchmark, only "greater than before" could be checked. The request
 * is 41 bytes, the same as redis-benchmark's.
 */
export interface Counters {
  /** The request that sets every counter to its first value, and its reply. */
  readonly reset: Template
  batches(pipeline: number): Batches
}

export function createCounters(clients: number, seed: number): Counters {
  const first = 10000 + ((mix(seed) >>> 0) % 80000)
  const next = new Float64Array(clients).fill(first)
  const sets = Array.from({ length: clients }, (_, client) =>
    constantTemplate(['SET', counterKey(client), String(first)], '+OK\r\n'),
  )
  return {
    reset: {
      ...sets[0]!,
      request: Buffer.concat(sets.map((set) => set.request)),
      reply: Buffer.concat(sets.map((set) => set.reply)),
    },
    batches(pipeline) {
      const ofClient = Array.from(next, (_, client) => {
        const { request } = constantTemplate(['INCR', counterKey(client)], '')
        return newBatch(repeat(request, pipeline), Buffer.alloc(pipeline * longestInteger))
      })
      return {
        ofClient,
        prepare(client, count) {
          const batch = ofClient[client]!
          let at = 0
          for (let i = 0; i < count; i++) at = writeInteger(batch.reply, at, ++next[client]!)
          batch.requestLength = (batch.request.length / pipeline) * count
          batch.replyLength = at
        },
      }
    },
  }
}

/** `:9007199254740992\r\n` */
const longestInteger = 19

function counterKey(client: number): string {
  return `counter:${String(client).padStart(keyDigits, '0')}`
}

function newBatch(request: Buffer, reply: Buffer): Batch {
  return { request, reply, requestLength: 0, replyLength: 0 }
}

/** Writes a key's number so that its last digit is at `at`; the digits before it are zeros. */
function writeKey(target: Buffer, at: number, key: number): void {
  const first = at - keyDigits
  for (; at > first; at--) {
    const tens = (key / 10) | 0
    target[at] = 48 + key - tens * 10
    key = tens
  }
}

/** Writes `:n\r\n` at `at` and returns where it ends. */
function writeInteger(target: Buffer, at: number, n: number): number {
  let digits = 1
  for (let limit = 10; n >= limit; limit *= 10) digits++
  target[at] = 0x3a
  for (let i = at + digits; i > at; i--) {
    const tens = Math.floor(n / 10)
    target[i] = 48 + n - tens * 10
    n = tens
  }
  target[at + digits + 1] = 0x0d
  target[at + digits + 2] = 0x0a
  return at + digits + 3
}

function repeat(bytes: Buffer, count: number): Buffer {
  if (count === 1) return Buffer.from(bytes)
  const whole = Buffer.allocUnsafeSlow(bytes.length * count)
  for (let i = 0; i < count; i++) bytes.copy(whole, i * bytes.length)
  return whole
}

// ---- values ----

/*
 * A value depends on its key, on the seed of this load process and on the generation that last
 * wrote it. So a server that answers +OK and stores nothing, that knows a benchmark's keys by
 * heart, or that gives every key the same value, gives itself away at the first GET.
 *
 * Every run that writes uses one generation for all it writes. Several clients may then set the
 * same key at the same time: whichever comes last, the value is the same.
 */

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** Characters of a value that are computed; the rest is copied from a block of random letters. */
const tagLength = 5

/** A prime, so that a value which lost or gained some bytes cannot line up again by chance. */
const blockLength = 65521

/** Generations fit in a byte, so that 100 million keys cost 100 MB. 0 means never written. */
const lastGeneration = 255

export interface Values {
  /** Writes the value of `key` in `generation` into `target` at `at`: exactly `payload` bytes. */
  write(target: Buffer, at: number, key: number, generation: number): void
}

/** @param payload length of every value, in bytes */
export function createValues(seed: number, payload: number): Values {
  const tag = Math.min(payload, tagLength)
  const block = randomLetters(seed, payload > tagLength ? blockLength : 0)
  return {
    write(target, at, key, generation) {
      let mixed = mix(key ^ seed) + Math.imul(generation, 0x9e3779b1)
      const start = (mixed >>> 0) % blockLength
      // Six bits a character, the lowest first: neighbouring generations differ in the first one.
      for (let i = 0; i < tag; i++) {
        target[at + i] = alphabet[mixed & 63]!
        mixed >>>= 6
      }
      for (let done = tag, from = start; done < payload; from = 0) {
        const length = Math.min(payload - done, blockLength - from)
        block.copy(target, at + done, from, from + length)
        done += length
      }
    },
  }
}

/** Which generation wrote each key last. One byte a key. */
export interface Generations {
  readonly ofKey: Uint8Array
  /** The generation of the run that wrote last, or is writing. */
  current(): number
  /** Begins a new generation; call once before each run that writes. */
  next(): number
}

export function createGenerations(keyspace: number): Generations {
  let current = 0
  return {
    ofKey: new Uint8Array(keyspace),
    current: () => current,
    next: () => {
      current = (current % lastGeneration) + 1
      return current
    },
  }
}

/** A 32-bit number in which every bit of `n` has left its mark (the finishing step of MurmurHash3). */
export function mix(n: number): number {
  n = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35)
  return n ^ (n >>> 16)
}

function randomLetters(seed: number, length: number): Buffer {
  const letters = Buffer.allocUnsafeSlow(length)
  for (let i = 0; i < length; i++) letters[i] = alphabet[mix(seed + i) & 63]!
  return letters
}
