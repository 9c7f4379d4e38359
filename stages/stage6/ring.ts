/**
 * io_uring: two queues in memory that we share with the kernel. What is to be done goes into one,
 * what was done comes out of the other, and a single system call passes on the first, waits, and
 * fills the second. So a turn of the loop costs one call, however many connections had something to
 * say, while epoll needs two for each of them and one more to ask.
 *
 * The layout of the queues is that of `linux/io_uring.h`; see io_uring(7) and io_uring_enter(2).
 */
import {
  addressOf,
  close,
  EAGAIN,
  EBUSY,
  EINTR,
  errno,
  ioUringEnter,
  ioUringRegister,
  ioUringSetup,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  mapShared,
} from './kernel.ts'

/** What an entry asks for. */
const TIMEOUT = 11
const ACCEPT = 13
const ASYNC_CANCEL = 14
const SEND = 26
const RECV = 27

/** Flags of an entry: in its second byte, and in its third and fourth. */
const BUFFER_SELECT = 1 << (5 + 8)
const SKIP_SUCCESS = 1 << (6 + 8)
const ACCEPT_MULTISHOT = 1 << 16
const RECV_MULTISHOT = 2 << 16

const SOCK_CLOEXEC = 0x80000
const MSG_WAITALL = 0x100
/** Everything that is under way on a file descriptor. */
const CANCEL_ALL_OF_FD = 1 | 2

/** Flags of what comes out: a buffer was used, and the request goes on. */
const HAS_BUFFER = 1
const MORE = 2

/** One thread uses the ring, and the kernel does its work when that thread enters it, not in between. */
const SETUP = (1 << 3) | (1 << 7) | (1 << 12) | (1 << 13) // CQSIZE SUBMIT_ALL SINGLE_ISSUER DEFER_TASKRUN
const ENTER_GETEVENTS = 1
const ENTER_REGISTERED_RING = 16
const REGISTER_RING_FDS = 20

/** Sizes of the queues, in entries: more events than clients, or a failure to send would be reported late. */
const SUBMISSIONS = 1024
const COMPLETIONS = 16_384
/** Sizes of their entries, in 32-bit words. */
const SUBMISSION = 16
const COMPLETION = 4

/** How often something happens at least, in ns. */
const IDLE = 100_000_000n

/** Kinds of requests; the completion has it too. */
export const ACCEPTED = 1
export const RECEIVED = 2
/** Sent from memory that is used again soon; completes only if it fails. */
export const SENT_AT_ONCE = 3
export const SENT = 4
const CANCELLED = 5
const TIME_PASSED = 6

/** Gets the completions of the requests for a file descriptor. */
export interface CompletionHandler {
  /**
   * @param what e.g. `RECEIVED`
   * @param result what the system call would have returned; a failure as a negative number
   * @param more whether the request goes on, and will complete again
   * @param buffer which of the ring's buffers holds what was received; -1: none
   */
  complete(what: number, result: number, more: boolean, buffer: number): void
}

export class Ring {
  readonly fd: number
  /** Counts the system calls. What was asked for in one turn is with the kernel in the next. */
  turn = 0
  /** By which the kernel knows the ring without looking for its file descriptor in each call. */
  private registered = -1
  /** A `struct timespec`: the kernel reads it again and again, so it must stay. */
  private readonly idle = Buffer.alloc(16)
  private readonly words: Int32Array
  private readonly submissions: Int32Array
  /** Where in `words` the queues keep their ends. */
  private readonly submissionHead: number
  private readonly submissionTail: number
  private readonly completionHead: number
  private readonly completionTail: number
  private readonly completions: number
  private tail = 0
  /** Up to where failures were handled; everything else is up to `completionHead`. */
  private failuresDone = 0
  private isDrained = true
  /** By file descriptor. */
  private readonly handlers: (CompletionHandler | undefined)[] = []

  /** @throws Error with a `code` if this kernel has no io_uring, or forbids it */
  constructor() {
    const params = Buffer.alloc(120)
    params.writeUInt32LE(COMPLETIONS, 4)
    params.writeUInt32LE(SETUP, 8)
    this.fd = ioUringSetup(SUBMISSIONS, params)
    const at = (offset: number) => params.readUInt32LE(offset) / 4
    this.submissionHead = at(40)
    this.submissionTail = at(44)
    this.completionHead = at(80)
    this.completionTail = at(84)
    this.completions = at(100)
    const places = at(64)
    const length = Math.max(places + SUBMISSIONS, this.completions + COMPLETIONS * COMPLETION)
    this.words = new Int32Array(mapShared(this.fd, 0, length * 4))
    const entries = mapShared(this.fd, 0x1000_0000, SUBMISSIONS * SUBMISSION * 4)
    this.submissions = new Int32Array(entries)
    // The queue holds places of entries. Ours stay in order.
    for (let place = 0; place < SUBMISSIONS; place++) this.words[places + place] = place
  }

  /** Gives the ring back; to be called before `begin`. */
  close(): void {
    close(this.fd)
  }

  /** To be called before the first `enter`. */
  begin(): void {
    const registration = Buffer.alloc(16)
    registration.writeUInt32LE(ANY, 0)
    registration.writeUInt32LE(this.fd, 8)
    ioUringRegister(this.fd, REGISTER_RING_FDS, registration)
    this.registered = registration.readUInt32LE(0)
    this.idle.writeBigInt64LE(IDLE, 8)
    this.setHandler(this.fd, { complete: () => this.wakeLater() })
    this.wakeLater()
  }

  /**
   * Ends a wait after a tenth of a second. A timeout per call makes the kernel copy it, and
   * set and cancel a timer: that costs some percent of a request.
   */
  private wakeLater(): void {
    this.submit(TIMEOUT, this.fd, TIME_PASSED, addressOf(this.idle), 1, 0)
  }

  /** Who gets the completions for `fd` from now on; undefined: they are dropped. */
  setHandler(fd: number, handler: CompletionHandler | undefined): void {
    this.handlers[fd] = handler
  }

  /** Accepts connections, one after the other, until it is cancelled. */
  accept(fd: number): void {
    this.submit(ACCEPT | ACCEPT_MULTISHOT, fd, ACCEPTED, 0, 0, SOCK_CLOEXEC)
  }

  /** Receives whatever comes, into buffers that the kernel takes from `ReceiveBuffers`. */
  receive(fd: number): void {
    this.submit(RECV | BUFFER_SELECT | RECV_MULTISHOT, fd, RECEIVED, 0, 0, 0)
  }

  /**
   * Sends what lies at `address`, as far as there is room for it: all of it, nearly always, and then
   * nothing completes. The memory may be written to again in the turn after the next.
   */
  sendAtOnce(fd: number, address: number, length: number): void {
    // All or nothing would be easier to handle, but there is no such flag: with WAITALL a part of it
    // counts as a failure, and completes.
    const flags = MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL
    this.submit(SEND | SKIP_SUCCESS, fd, SENT_AT_ONCE, address, length, flags)
  }

  /** Sends all that lies at `address`, however long it takes. */
  send(fd: number, address: number, length: number): void {
    this.submit(SEND, fd, SENT, address, length, MSG_WAITALL | MSG_NOSIGNAL)
  }

  /** Ends all that is under way for `fd`: each request completes with ECANCELED. */
  cancel(fd: number): void {
    this.submit(ASYNC_CANCEL | SKIP_SUCCESS, fd, CANCELLED, 0, 0, CANCEL_ALL_OF_FD)
  }

  /**
   * Hands over what was asked for.
   * @param wait until something is done, or a tenth of a second has passed
   */
  enter(wait: boolean): void {
    this.handOver(wait && this.isDrained ? 1 : 0)
    this.turn++
  }

  /** Handles what was not sent: before the rest, so that nothing overtakes it. */
  completeFailures(): void {
    const end = this.words[this.completionTail]!
    for (; this.failuresDone !== end; this.failuresDone = (this.failuresDone + 1) | 0) {
      this.completeOne(this.failuresDone, true)
    }
  }

  /**
   * Handles everything else that is done, or a part of it: the next call goes on there.
   * @param goOn asked after each completion
   * @returns how many completions there were
   */
  completeRest(goOn: () => boolean): number {
    const { words, completionHead, failuresDone } = this
    let head = words[completionHead]!
    let count = 0
    while (head !== failuresDone) {
      this.completeOne(head, false)
      head = (head + 1) | 0
      count++
      if (!goOn()) break
    }
    words[completionHead] = head
    this.isDrained = head === failuresDone
    return count
  }

  private completeOne(place: number, failures: boolean): void {
    const { words } = this
    const at = this.completions + (place & (COMPLETIONS - 1)) * COMPLETION
    const what = words[at + 1]!
    if ((what === SENT_AT_ONCE) !== failures) return
    const flags = words[at + 3]!
    const buffer = flags & HAS_BUFFER ? flags >>> 16 : -1
    this.handlers[words[at]!]?.complete(what, words[at + 2]!, (flags & MORE) !== 0, buffer)
  }

  private handOver(wait: number): void {
    const { words, tail } = this
    words[this.submissionTail] = tail
    const count = (tail - words[this.submissionHead]!) | 0
    const flags = ENTER_GETEVENTS | ENTER_REGISTERED_RING
    const taken = ioUringEnter(this.registered, count, wait, flags)
    if (taken >= 0) return
    const error = errno()
    if (!HARMLESS.has(error)) throw new Error(`io_uring_enter: errno ${error}`)
  }

  private submit(
    operation: number,
    fd: number,
    what: number,
    address: number,
    length: number,
    flags: number,
  ): void {
    const { submissions, tail } = this
    // Full: hand it over before its time.
    if (((tail - this.words[this.submissionHead]!) | 0) === SUBMISSIONS) this.handOver(0)
    const at = (tail & (SUBMISSIONS - 1)) * SUBMISSION
    // The words that are left out have no meaning here and are zero from the beginning.
    submissions[at] = operation
    submissions[at + 1] = fd
    submissions[at + 4] = address // its lower 32 bits
    submissions[at + 5] = address / 2 ** 32
    submissions[at + 6] = length
    submissions[at + 7] = flags
    submissions[at + 8] = fd // these two come back
    submissions[at + 9] = what
    this.tail = (tail + 1) | 0
  }
}

/** A signal came, or the kernel asks to try again. */
const HARMLESS = new Set([EINTR, EAGAIN, EBUSY])

/** As the place in the kernel's list of rings. */
const ANY = 0xffff_ffff
