import { optimization } from '../../src/server/optimizations.ts'
import type { OwnDatabase } from '../../src/server/own-memory/own-database.ts'
import { locateWhole } from './parser.ts'
import type { Reader } from './reader.ts'

const LOOK_AHEAD = optimization('look-ahead', 'waits for the memory of each key on its own')

/** Commands whose keys are touched at once. */
const COMMANDS = 16
const MAX_ARGUMENTS = 9

const hashes = new Int32Array(COMMANDS)
const offsets = new Int32Array(2 * MAX_ARGUMENTS)

/**
 * Touches the memory of the keys of the next commands of a batch, before they are executed. Of a million
 * keys most are in no cache, and each costs two waits for memory, of some 100 ns; for keys that are
 * touched one right after the other, the processor waits for all at the same time.
 */
export class LookAhead {
  private readonly reader: Reader
  /** Up to where commands were looked at. */
  private seen = 0

  constructor(reader: Reader) {
    this.reader = reader
  }

  /** Other bytes have arrived. */
  begin(): void {
    this.seen = 0
  }

  /** To be called before each command but the first of a batch. */
  touch(database: OwnDatabase): void {
    const { reader } = this
    if (!LOOK_AHEAD || reader.position < this.seen || reader.position === reader.end) return
    this.seen = reader.end
    if (!database.isLarge) return
    const { view, end } = reader
    let at = reader.position
    let count = 0
    while (count < COMMANDS) {
      const next = locateWhole(view, at, end, offsets)
      if (next === -1) break
      // Whatever the command is: nearly all have a key in this place, and touching another does no harm.
      if (view.getUint8(at + 1) > 0x31) {
        hashes[count++] = database.hashOf(view, offsets[2]!, offsets[3]!)
      }
      at = next
    }
    if (count > 1) database.touch(hashes, count)
    this.seen = Math.max(at, reader.position + 1)
  }
}
