/** `npm run test:keys`: more keys than V8's Map can hold, in the store of stages 5 and 6. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { type Emit, step } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'
import { ByteRange, sameBytes } from '../src/server/own-memory/byte-range.ts'
import { ownStore } from '../src/server/own-memory/own-database.ts'
import type { Value } from '../src/server/value.ts'

const MOST = 100_000_000
/** Progress is shown, and the time looked at, after so many keys. */
const PORTION = 250_000
/** It ends as a failure then, in seconds for each million keys, and at least. */
const LONGEST = 30
const LONGEST_AT_LEAST = 60

const line: CommandLine = {
  command: 'npm run test:keys',
  usage: '[-- KEYS]',
  about: `Stores 30 million keys in the store of stages 5 and 6, which is more than a Map of V8 can hold
(16.7 million), looks each of them up, finds all by SCAN, and deletes them. It takes some two
minutes and some 1.6 GB of memory.`,
  options: {},
  help: [],
  examples: ['npm run test:keys', 'npm run test:keys -- 1000000'],
}

/** Progress of one pass over all keys and what it cost; ends a pass that takes too long. */
class Stopwatch {
  private readonly count: number
  private readonly emit: Emit
  private readonly limit: number
  private what = ''
  private before = process.cpuUsage()

  constructor(count: number, emit: Emit) {
    this.count = count
    this.emit = emit
    this.limit = Math.max(LONGEST_AT_LEAST, (count / 1e6) * LONGEST)
  }

  begin(what: string): void {
    this.what = what
    this.before = process.cpuUsage()
    this.emit(step(`${what}: ${this.count.toLocaleString('en-US')} keys`))
  }

  /** @throws LabError if it takes too long */
  look(done: number): void {
    this.emit({ type: 'progress', share: done / this.count, text: this.what })
    if (this.seconds() < this.limit) return
    throw new LabError(`${this.what} took ${this.limit} s for ${done} of ${this.count} keys`, {
      means: 'the machine has too little memory for so many keys, or the store is slow',
      next: 'npm run test:keys -- 1000000',
    })
  }

  end(): void {
    const nanoseconds = (this.seconds() / this.count) * 1e9
    console.log(`${this.what}  ${Math.round(nanoseconds)} ns of CPU per key`)
  }

  private seconds(): number {
    const { user, system } = process.cpuUsage(this.before)
    return (user + system) / 1e6
  }
}

runCommand(line, async ({ positionals }, emit) => {
  const count = readCount(positionals)
  const { databases, stored } = ownStore(1)
  const database = databases[0]!
  const bytes = Buffer.from('key:000000000000 000000000000')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const key = new ByteRange().fill(bytes, view, 0, 16)
  const value = new ByteRange().fill(bytes, view, 17, 29)
  /** The key with this number, and its value, which is the number. */
  const choose = (number: number) => {
    for (let at = 15, left = number; at > 3; at--) {
      bytes[at] = bytes[at + 13] = 0x30 + (left % 10)
      left = Math.floor(left / 10)
    }
  }
  const watch = new Stopwatch(count, emit)
  const each = (what: string, run: () => void) => {
    watch.begin(what)
    for (let number = 0; number < count; number++) {
      choose(number)
      run()
      if (number % PORTION === 0) watch.look(number)
    }
    watch.end()
  }

  const empty = { stored: stored.bytes, resident: process.memoryUsage.rss() }
  each('SET', () => database.set(key, value))
  check(database.size === count, () => 'the number of keys')
  const resident = (process.memoryUsage.rss() - empty.resident) / count
  const counted = (stored.bytes - empty.stored) / count
  console.log(`${resident.toFixed(1)} bytes per key resident, ${counted.toFixed(1)} counted`)
  each('GET', () => {
    check(isSame(database.read(key), value), () => `the value of ${key}`)
  })
  watch.begin('SCAN')
  check(scanned(database, watch) === count, () => 'the keys that SCAN finds')
  watch.end()
  each('DEL', () => check(database.delete(key), () => `that ${key} was there`))
  check(database.size === 0, () => 'that none is left')
  check(stored.bytes === empty.stored, () => 'the memory counted in the end')
})

function scanned(
  database: ReturnType<typeof ownStore>['databases'][number],
  watch: Stopwatch,
): number {
  let seen = 0
  let cursor = 0
  let next = PORTION
  do {
    const found = database.scan(cursor, 1000)
    seen += found.keys.length
    cursor = found.next
    if (seen < next) continue
    watch.look(seen)
    next += PORTION
  } while (cursor !== 0)
  return seen
}

function isSame(found: Value | undefined, value: ByteRange): boolean {
  const { length } = value
  return (
    found instanceof ByteRange &&
    found.length === length &&
    sameBytes(found.view, found.start, length, value.view, value.start)
  )
}

/** The text is made for a failure only: a string for each key would cost more than the store. */
function check(isRight: boolean, what: () => string): void {
  if (!isRight) throw new LabError(`the store is wrong about ${what()}`)
}

function readCount(words: readonly string[]): number {
  const [word = '30000000', other] = words
  const count = /^\d+$/.test(word) ? Number(word) : Number.NaN
  if (other === undefined && count >= 1 && count <= MOST) return count
  throw wrongWords(`it takes a number of keys, at most ${MOST.toLocaleString('en-US')}`, line)
}
