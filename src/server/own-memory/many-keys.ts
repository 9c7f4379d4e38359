/**
 * More keys than V8's Map can hold (16.7 million): stores them, looks each of them up, finds all by SCAN,
 * and deletes them. `node src/server/own-memory/many-keys.ts 30000000`
 */
import { ByteRange } from './byte-range.ts'
import { ownStore } from './own-database.ts'

const count = Number(process.argv[2] ?? 30_000_000)
const bytes = Buffer.from('key:000000000000 000000000000')
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const key = new ByteRange().fill(bytes, view, 0, 16)
const value = new ByteRange().fill(bytes, view, 17, 29)

function choose(number: number): void {
  let left = number
  for (let at = 15; at > 3; at--) {
    bytes[at] = bytes[at + 13] = 0x30 + (left % 10)
    left = Math.floor(left / 10)
  }
}

function check(what: string, isRight: boolean): void {
  if (isRight) return
  console.error(`wrong: ${what}`)
  process.exit(1)
}

function each(what: string, run: () => void): void {
  const before = process.cpuUsage()
  for (let number = 0; number < count; number++) {
    choose(number)
    run()
  }
  const { user, system } = process.cpuUsage(before)
  const nanoseconds = Math.round(((user + system) / count) * 1000)
  console.log(`${what}: ${nanoseconds} ns of CPU for each of ${count.toLocaleString('en')} keys`)
}

const { databases, stored } = ownStore(1)
const database = databases[0]!
const empty = stored.bytes
const before = process.memoryUsage.rss()
each('SET', () => database.set(key, value))
check('the number of keys', database.size === count)
const resident = (process.memoryUsage.rss() - before) / count
const counted = (stored.bytes - empty) / count
console.log(`${resident.toFixed(1)} bytes per key resident, ${counted.toFixed(1)} counted`)
each('GET', () => {
  const found = database.read(key)
  check(`the value of ${key}`, found !== undefined && found.toString('latin1') === value.toString())
})
let seen = 0
let cursor = 0
do {
  const step = database.scan(cursor, 1000)
  seen += step.keys.length
  cursor = step.next
} while (cursor !== 0)
check('the keys that SCAN finds', seen === count)
each('DEL', () => check(`${key} was there`, database.delete(key)))
check('memory that is left', database.size === 0 && stored.bytes === empty)
