/**
 * One of the two servers of a run, with a control connection beside those of the cases. The control
 * connection tells when the server has taken in what a case sent, without waiting for a time: a
 * server that runs in one thread reads from all connections that have something before it answers
 * what came last.
 */
import type { RunningServer } from '../run/server.ts'
import { Link, turn } from './link.ts'

export type FuzzedServer = Pick<
  RunningServer,
  'name' | 'host' | 'port' | 'ended' | 'complaints' | 'stop'
>

/** The server does not answer any more, or has ended. */
export class Gone extends Error {
  override readonly name = 'Gone'
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
   * Sends something on the control connection; gives the answer, which ends with `tail`.
   * @throws Gone where the server closes
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
      if (control.closed) throw new Gone(`${this.server.name} closed its connections`)
      await control.changed()
    }
  }

  /**
   * Resolves when the server has read `length` bytes that were sent before, and all that it answered
   * at once has arrived here. A server may read little at a time (stage 1 takes 32 bytes a turn of
   * its loop), but then as little of these: so as many are sent on the control connection.
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

/** No server takes in less than this at a time, except one that takes as little of all, in bytes. */
const READ = 8192
