/**
 * One of the two servers of a run, with a control connection. A server with one thread reads from all
 * readable connections before it answers what came last: so an answer on the control connection shows
 * that the server has read what a case sent before.
 */
import type { RunningServer } from '../run/server.ts'
import { Link, turn } from './link.ts'

export type FuzzedServer = Pick<
  RunningServer,
  'name' | 'host' | 'port' | 'ended' | 'errorOutput' | 'stop'
>

/** The server does not answer any more, or has ended. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

export class Side {
  readonly server: FuzzedServer
  private readonly control: Link

  private constructor(server: FuzzedServer, control: Link) {
    this.server = server
    this.control = control
  }

  static async open(server: FuzzedServer): Promise<Side> {
    return new Side(server, await Link.open(server.host, server.port))
  }

  connect(): Promise<Link> {
    return Link.open(this.server.host, this.server.port)
  }

  /**
   * Sends a request on the control connection; returns the answer, which ends with `tail`.
   * @throws NoAnswer if the server closes
   */
  async ask(request: string, tail: string): Promise<string> {
    const { control } = this
    control.clear()
    control.write(request)
    for (;;) {
      if (control.length >= tail.length) {
        const answer = control.received().toString('latin1')
        if (answer.endsWith(tail)) return answer
      }
      if (control.closed) throw new NoAnswer(`${this.server.name} closed its connections`)
      await control.changed()
    }
  }

  /**
   * Resolves when the server has read `length` bytes that were sent before, and its answers have
   * arrived. A server may read little at a time (stage 1 reads 32 bytes per turn of its loop), but
   * then as little of the control connection: so as many bytes are sent there.
   */
  async barrier(length: number): Promise<void> {
    for (let left = length; left >= 0; left -= READ) {
      await this.ask(`STRLEN ${' '.repeat(Math.min(left, READ))}.\r\n${PING}`, PONG)
    }
    await turn()
  }

  destroy(): void {
    this.control.destroy()
  }
}

const PING = 'PING\r\n'
const PONG = '+PONG\r\n'

/** A server that reads less than this at a time, in bytes, reads as little of every connection. */
const READ = 8192
