/**
 * An error that a person can act on: what happened, what it usually means, the next command to
 * type. Thrown anywhere in the lab, printed in one place (`src/cli/command.ts`).
 */
export class LabError extends Error {
  override readonly name = 'LabError'
  /** What it usually means, where that is known. */
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
