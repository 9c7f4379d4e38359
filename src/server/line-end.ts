/**
 * Watches for the end of a line, a byte at a time, so that it does not matter in which pieces the
 * line arrives.
 */
export class LineEnd {
  /** How many bytes still belong to the line, behind its delimiter; -1: that has not come yet. */
  private behind = -1
  /** A NUL came first: it hides the delimiter from C's `strchr`, and so from Redis. */
  private hidden = false

  /** True where the delimiter has come, and bytes behind it have not. */
  get seen(): boolean {
    return this.behind !== -1
  }

  /** True where `byte` is the last of a line that ends `extra` bytes behind its `delimiter`. */
  isAt(byte: number, delimiter: number, extra: number): boolean {
    if (this.behind > 0) this.behind--
    else if (byte === 0) this.hidden = true
    else if (byte === delimiter && !this.hidden) this.behind = extra
    if (this.behind !== 0) return false
    this.behind = -1
    return true
  }
}
