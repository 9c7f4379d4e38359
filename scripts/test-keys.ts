/** `npm run test:keys`: more keys than V8's Map can hold, in the store of stages 5 and 6. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { step } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'
import { ByteRange } from '../src/server/own-memory/byte-range.ts'
import { ownStore } from '../src/server/own-memory/own-database.ts'

const MOST = 100_000_000

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
  const each = (what: string, run: () => void) => {
    emit(step(`${what}: ${count.toLocaleString('en-US')} keys`))
    const before = process.cpuUsage()
    for (let number = 0; number < count; number++) {
      choose(number)
      run()
    }
    const { user, system } = process.cpuUsage(before)
    const nanoseconds = ((user + system) / count) * 1000
    console.log(`${what}  ${Math.round(nanoseconds)} ns of CPU per key`)
  }

  const empty = { stored: stored.bytes, resident: process.memoryUsage.rss() }
  each('SET', () => database.set(key, value))
  check('the number of keys', database.size === count)
  const resident = (process.memoryUsage.rss() - empty.resident) / count
  const counted = (stored.bytes - empty.stored) / count
  console.log(`${resident.toFixed(1)} bytes per key resident, ${counted.toFixed(1)} counted`)
  each('GET', () => {
    const found = database.read(key)
    check(`the value of ${key}`, found?.toString('latin1') === value.toString())
  })
  check('the keys that SCAN finds', scanned(database) === count)
  each('DEL', () => check(`that ${key} was there`, database.delete(key)))
  check('that none is left', database.size === 0)
  check('the memory counted in the end', stored.bytes === empty.stored)
})

function scanned(database: ReturnType<typeof ownStore>['databases'][number]): number {
  let seen = 0
  let cursor = 0
  do {
    const { keys, next } = database.scan(cursor, 1000)
    seen += keys.length
    cursor = next
  } while (cursor !== 0)
  return seen
}

function check(what: string, isRight: boolean): void {
  if (!isRight) throw new LabError(`the store is wrong about ${what}`)
}

function readCount(words: readonly string[]): number {
  const [word = '30000000', other] = words
  const count = /^\d+$/.test(word) ? Number(word) : Number.NaN
  if (other === undefined && count >= 1 && count <= MOST) return count
  throw wrongWords(`it takes a number of keys, at most ${MOST.toLocaleString('en-US')}`, line)
}
