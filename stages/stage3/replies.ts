import type { Output } from '../../src/server/output.ts'
import type { Replies as RepliesInterface } from '../../src/server/replies.ts'
import { bytesOf, type StoredValue } from '../../src/server/value.ts'

const CRLF = Buffer.from('\r\n')
/** One read of 8 KiB may ask for 500 MB of replies: they do not all wait for its end. In bytes. */
const MAX_UNSENT = 64 * 1024

/**
 * Gathers the parts of each command's reply, and sends it with a write of its own. All that one
 * read asked for goes out when all of it was executed: a POST among the commands drops them.
 */
export class Replies implements RepliesInterface {
  protocol: 2 | 3 = 2
  /** Bytes of the replies that are not sent yet. */
  unsent = 0
  private readonly output: Output
  private parts: Buffer[] = []
  private finished: Buffer[] = []

  constructor(output: Output) {
    this.output = output
  }

  text(text: string): void {
    this.parts.push(Buffer.from(text, 'latin1'))
  }

  bulk(value: StoredValue): void {
    this.parts.push(Buffer.from(`$${value.length}\r\n`), bytesOf(value), CRLF)
  }

  /** Nothing of a command's reply is sent before all of it is there. */
  rewind(): boolean {
    this.parts = []
    return true
  }

  /** The command's reply is complete. */
  finish(): void {
    if (this.parts.length === 0) return
    const reply = Buffer.concat(this.parts)
    this.parts = []
    this.finished.push(reply)
    this.unsent += reply.length
    if (this.unsent > MAX_UNSENT) this.send()
  }

  send(): void {
    this.finish()
    for (const reply of this.finished) this.output.write(reply)
    this.discard()
  }

  /** Forgets what is not sent yet. */
  discard(): void {
    this.finished = []
    this.unsent = 0
  }
}
