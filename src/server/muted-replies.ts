import type { Replies } from './replies.ts'
import type { Session } from './session.ts'
import type { Value } from './value.ts'

/** Replies as far as CLIENT REPLY lets them through; that may change while a command runs. */
export class MutedReplies implements Replies {
  /** How many bytes were let through. */
  written = 0
  private readonly replies: Replies
  private readonly session: Session

  constructor(replies: Replies, session: Session) {
    this.replies = replies
    this.session = session
  }

  get protocol(): 2 | 3 {
    return this.replies.protocol
  }

  set protocol(protocol: 2 | 3) {
    this.replies.protocol = protocol
  }

  text(text: string): void {
    if (isMuted(this.session)) return
    this.written += text.length
    this.replies.text(text)
  }

  bulk(value: Value): void {
    if (isMuted(this.session)) return
    this.written += value.length
    this.replies.bulk(value)
  }

  rewind(): boolean {
    return this.replies.rewind()
  }

  send(): void {
    this.replies.send()
  }
}

export function isMuted({ replying }: Session): boolean {
  return replying === 'off' || replying === 'skip'
}
