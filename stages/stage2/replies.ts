import type net from 'node:net'
import type { Replies as RepliesInterface } from '../../src/server/replies.ts'
import { bytesOf, type Value } from '../../src/server/value.ts'

const CRLF = Buffer.from('\r\n')

/** Gathers the parts of one command's reply, and sends them with one write. */
export class Replies implements RepliesInterface {
  protocol: 2 | 3 = 2
  private readonly socket: net.Socket
  private parts: Buffer[] = []

  constructor(socket: net.Socket) {
    this.socket = socket
  }

  text(text: string): void {
    this.parts.push(Buffer.from(text, 'latin1'))
  }

  bulk(value: Value): void {
    this.parts.push(Buffer.from(`$${value.length}\r\n`), bytesOf(value), CRLF)
  }

  send(): void {
    if (this.parts.length === 0) return
    this.socket.write(Buffer.concat(this.parts))
    this.parts = []
  }
}
