/**
 * An error that a person can act on: what happened, what it usually means, the next command to
 * type. Thrown anywhere in the lab, printed in one place (`src/cli/command.ts`).
 */
export class LabError extends Error {
  override readonly name = 'LabError'
  /** What it usually means, if that is known. */
  readonly means: string | undefined
  /** The next command to type, or the next thing to do. */
  readonly next: string | undefined
  /** 1: it failed or a check fell short; 2: the words on the command line were wrong. */
  readonly exitCode: 1 | 2

  constructor(
    happened: string,
    hint: { means?: string; next?: string; exitCode?: 1 | 2; cause?: unknown } = {},
  ) {
    super(happened, hint.cause === undefined ? undefined : { cause: hint.cause })
    this.means = hint.means
    this.next = hint.next
    this.exitCode = hint.exitCode ?? 1
  }
}

/** An error that a person can act on, as data: in a run's events, and as the page gets it. */
export interface Failure {
  happened: string
  means?: string
  next?: string
}

/** Whatever was thrown as data; of what is no LabError, a fault of the lab, the message alone. */
export function toFailure(thrown: unknown): Failure {
  if (!(thrown instanceof LabError)) {
    const { message = String(thrown) } = (thrown ?? {}) as Partial<Error>
    return { happened: `a fault in the lab itself: ${message}` }
  }
  const { message, means, next } = thrown
  return {
    happened: message,
    ...(means === undefined ? {} : { means }),
    ...(next === undefined ? {} : { next }),
  }
}
