import type { OwnStored } from './own-stored.ts'

/**
 * An allocator over memory that V8 does not look into. A segment is 32 MiB, of pages of 64 KiB; each
 * page holds blocks of one size. A page whose blocks are all free serves another size, and a segment
 * whose pages are all free goes back to the system.
 *
 * A block is known by its place: its distance from the beginning, in units of 8 bytes. Place 0 is
 * never given out.
 *
 * If the blocks of a size are spread over many more pages than they need, `nextToMove` names the
 * blocks of one of these pages, one after the other; the owner moves them, and the page is free.
 */

const UNIT = 8
const PAGE = 64 * 1024
/** Pages of a segment: 32 MiB. */
const PAGES = 512
/**
 * Where the first page begins. glibc maps large memory at a page of the system and puts 16 bytes before
 * it: with 48 more, a block of 32 or 64 bytes lies in one line of the cache.
 */
export const ALIGN = 48
/** Bytes: more than glibc's largest threshold for `mmap`, so that it is memory of its own. */
export const SEGMENT = PAGES * PAGE + 1024 * 1024
const PAGE_UNITS = PAGE / UNIT
/** Places: bits of the unit in its page, and of the page in its segment. */
const PAGE_SHIFT = 13
const SEGMENT_SHIFT = 22
const MAX_SEGMENTS = 2 ** (32 - SEGMENT_SHIFT)
const NONE = -1

/** Sizes of blocks, in units: every one up to 32, then eight for each doubling. */
const SIZES = sizes()
const CLASS_OF = classes()
/** How many blocks of each class a page has. */
const BLOCKS = SIZES.map((units) => PAGE_UNITS / units)
/** A block has at most this many bytes. */
export const MAX_BLOCK = 8 * 1024

/** Set in the second word of a block that is in use, by its owner. */
export const IN_USE = 1 << 29

export interface Segment {
  readonly bytes: Buffer
  readonly words: Int32Array
  readonly view: DataView
}

export class Arena {
  private readonly segments: (Segment | undefined)[] = []
  /** By page: its class; blocks in use; first free block; units that were ever used; its neighbours. */
  private pageClass = new Uint8Array(0)
  private pageUsed = new Int32Array(0)
  private pageFree = new Int32Array(0)
  private pageEnd = new Int32Array(0)
  private next = new Int32Array(0)
  private previous = new Int32Array(0)
  /** By class: the first page with room; how many blocks there are in its pages, and free ones. */
  private readonly withRoom = new Int32Array(SIZES.length).fill(NONE)
  private readonly blocks = new Int32Array(SIZES.length)
  private readonly freeBlocks = new Int32Array(SIZES.length)
  private emptyPages: number[] = []
  private readonly segmentPages: number[] = []
  /** A class that may have too many pages. */
  private sparse = NONE
  /** The page that is being emptied, and how far that has come. No block of it is given out. */
  private leaving = NONE
  private leavingAt = 0
  private readonly stored: OwnStored

  constructor(stored: OwnStored) {
    this.stored = stored
  }

  /** The segment of a place. */
  segmentOf(place: number): Segment {
    return this.segments[place >>> SEGMENT_SHIFT]!
  }

  /** Where a place begins in its segment, in bytes. */
  static byteOf(place: number): number {
    return (((place & ((1 << SEGMENT_SHIFT) - 1)) << 3) + ALIGN) | 0
  }

  /** How many bytes a block for `length` bytes has. */
  static roomFor(length: number): number {
    return SIZES[CLASS_OF[(length + UNIT - 1) >> 3]!]! << 3
  }

  /** How many bytes the block at a place has. */
  roomOf(place: number): number {
    return SIZES[this.pageClass[place >>> PAGE_SHIFT]!]! << 3
  }

  /** @param length bytes, at most `MAX_BLOCK` */
  allocate(length: number): number {
    const size = CLASS_OF[(length + UNIT - 1) >> 3]!
    let page = this.withRoom[size]!
    if (page === NONE) page = this.takePage(size)
    const units = SIZES[size]!
    let place = this.pageFree[page]!
    if (place !== 0) {
      this.pageFree[page] = this.segmentOf(place).words[Arena.byteOf(place) >> 2]!
    } else {
      place = ((page << PAGE_SHIFT) + this.pageEnd[page]!) | 0
      this.pageEnd[page]! += units
    }
    this.pageUsed[page]!++
    this.freeBlocks[size]!--
    if (this.isFull(page, units)) this.unlink(page, size)
    return place
  }

  free(place: number): void {
    const page = place >>> PAGE_SHIFT
    const size = this.pageClass[page]!
    const units = SIZES[size]!
    const wasFull = this.isFull(page, units)
    this.freeBlocks[size]!++
    if (--this.pageUsed[page]! === 0) {
      if (page === this.leaving) this.leaving = NONE
      else if (!wasFull) this.unlink(page, size)
      this.giveBack(page)
      return
    }
    const { words } = this.segmentOf(place)
    const at = Arena.byteOf(place) >> 2
    words[at] = this.pageFree[page]!
    words[at + 1] = 0
    this.pageFree[page] = place
    if (page === this.leaving) return
    if (wasFull) this.link(page, size)
    if (this.isSparse(size)) this.sparse = size
  }

  /** Frees all blocks at once, and gives the memory back. */
  clear(): void {
    for (const [index, segment] of this.segments.entries()) {
      if (segment === undefined) continue
      this.stored.bytes -= this.segmentPages[index]! * PAGE
      release(segment)
    }
    this.segments.length = 0
    this.segmentPages.length = 0
    this.emptyPages = []
    this.withRoom.fill(NONE)
    this.blocks.fill(0)
    this.freeBlocks.fill(0)
    this.sparse = NONE
    this.leaving = NONE
  }

  /**
   * A block that its owner is to move elsewhere: to allocate one of the same size, and to free this.
   * @returns 0 if no page is to be emptied
   */
  nextToMove(): number {
    if (this.leaving === NONE) {
      if (this.sparse === NONE) return 0
      this.chooseLeaving()
      if (this.leaving === NONE) return 0
    }
    const page = this.leaving
    const units = SIZES[this.pageClass[page]!]!
    while (this.leavingAt < this.pageEnd[page]!) {
      const place = ((page << PAGE_SHIFT) + this.leavingAt) | 0
      this.leavingAt += units
      const { words } = this.segmentOf(place)
      if ((words[(Arena.byteOf(place) >> 2) + 1]! & IN_USE) !== 0) return place
    }
    throw new Error('a page that was emptied has blocks in use')
  }

  /** The emptiest of a few pages of the class that has too many. */
  private chooseLeaving(): void {
    const size = this.sparse
    this.sparse = NONE
    if (!this.isSparse(size)) return
    let best = NONE
    let page = this.withRoom[size]!
    for (let seen = 0; seen < 16 && page !== NONE; seen++) {
      if (best === NONE || this.pageUsed[page]! < this.pageUsed[best]!) best = page
      page = this.next[page]!
    }
    if (best === NONE) return
    this.unlink(best, size)
    this.leaving = best
    this.leavingAt = best === 0 ? SIZES[size]! : 0
    this.sparse = size // to be looked at again
  }

  /** More than an eighth of its blocks are free, and more than two pages of them. */
  private isSparse(size: number): boolean {
    const blocks = this.blocks[size]!
    return this.freeBlocks[size]! > (blocks >> 3) + 2 * BLOCKS[size]!
  }

  private isFull(page: number, units: number): boolean {
    return this.pageFree[page] === 0 && this.pageEnd[page]! + units > PAGE_UNITS
  }

  private takePage(size: number): number {
    if (this.emptyPages.length === 0) this.addSegment()
    const page = this.emptyPages.pop()!
    this.segmentPages[page >> 9]!++
    this.stored.bytes += PAGE
    this.pageClass[page] = size
    this.pageUsed[page] = 0
    this.pageFree[page] = 0
    this.pageEnd[page] = page === 0 ? SIZES[size]! : 0 // place 0 means that there is none
    const blocks = this.blocksOf(page, size)
    this.blocks[size]! += blocks
    this.freeBlocks[size]! += blocks
    this.link(page, size)
    return page
  }

  private giveBack(page: number): void {
    const size = this.pageClass[page]!
    const blocks = this.blocksOf(page, size)
    this.blocks[size]! -= blocks
    this.freeBlocks[size]! -= blocks
    this.emptyPages.push(page)
    this.stored.bytes -= PAGE
    const segment = page >> 9
    // One more is reserved, or a page that comes and goes would cost a system call each time.
    if (--this.segmentPages[segment]! > 0 || this.emptyPages.length < 2 * PAGES) return
    this.emptyPages = this.emptyPages.filter((one) => one >> 9 !== segment)
    release(this.segments[segment]!)
    this.segments[segment] = undefined
  }

  private blocksOf(page: number, size: number): number {
    return BLOCKS[size]! - (page === 0 ? 1 : 0)
  }

  private addSegment(): void {
    let at = this.segments.indexOf(undefined)
    if (at === -1) at = this.segments.length
    if (at === MAX_SEGMENTS) throw new Error('the store has no place for more than 32 GiB')
    const bytes = Buffer.allocUnsafeSlow(SEGMENT)
    const words = new Int32Array(bytes.buffer)
    this.segments[at] = { bytes, words, view: new DataView(bytes.buffer) }
    this.segmentPages[at] = 0
    if ((at + 1) * PAGES > this.pageClass.length) this.addPages((at + 1) * PAGES)
    for (let page = (at + 1) * PAGES - 1; page >= at * PAGES; page--) this.emptyPages.push(page)
  }

  private addPages(count: number): void {
    const grown = (old: Int32Array) => {
      const larger = new Int32Array(Math.max(count, old.length * 2))
      larger.set(old)
      return larger
    }
    this.pageClass = Uint8Array.from(grown(Int32Array.from(this.pageClass)))
    this.pageUsed = grown(this.pageUsed)
    this.pageFree = grown(this.pageFree)
    this.pageEnd = grown(this.pageEnd)
    this.next = grown(this.next)
    this.previous = grown(this.previous)
  }

  private link(page: number, size: number): void {
    const first = this.withRoom[size]!
    this.next[page] = first
    this.previous[page] = NONE
    if (first !== NONE) this.previous[first] = page
    this.withRoom[size] = page
  }

  private unlink(page: number, size: number): void {
    const before = this.previous[page]!
    const after = this.next[page]!
    if (before === NONE) this.withRoom[size] = after
    else this.next[before] = after
    if (after !== NONE) this.previous[after] = before
  }
}

/** Gives memory back now, and not when the garbage collector comes by. */
function release({ bytes }: Segment): void {
  ;(bytes.buffer as ArrayBuffer).transfer(0)
}

function sizes(): Int32Array {
  const all = Array.from({ length: 32 }, (_, at) => at + 1)
  for (let from = 32; from < 1024; from *= 2) {
    for (let step = 1; step <= 8; step++) all.push(from + (from / 8) * step)
  }
  return Int32Array.from(all)
}

/** The class for each size in units. */
function classes(): Uint8Array {
  const all = new Uint8Array(SIZES.at(-1)! + 1)
  let size = 0
  for (let units = 1; units < all.length; units++) {
    if (units > SIZES[size]!) size++
    all[units] = size
  }
  return all
}
