import type { Watcher } from './database.ts'

/** The keys of one database that are watched, and by whom. */
export class Watchers {
  private readonly byKey = new Map<string, Set<Watcher>>()

  keys(): Iterable<string> {
    return this.byKey.keys()
  }

  /** @returns false if it was there already */
  add(key: string, watcher: Watcher): boolean {
    const known = this.byKey.get(key)
    if (known?.has(watcher)) return false
    if (known === undefined) this.byKey.set(key, new Set([watcher]))
    else known.add(watcher)
    return true
  }

  /** @returns itself; undefined if no key is watched any more */
  remove(key: string, watcher: Watcher): Watchers | undefined {
    const known = this.byKey.get(key)
    known?.delete(watcher)
    if (known?.size === 0) this.byKey.delete(key)
    return this.byKey.size === 0 ? undefined : this
  }

  /** The key has changed. */
  touch(key: string): void {
    for (const watcher of this.byKey.get(key) ?? []) watcher.isChanged = true
  }

  /**
   * SWAPDB of two databases: every key that is watched in one of them has changed.
   * @param isThere whether one of the databases has the key; if neither has, it has not changed
   */
  static touchOfBoth(
    both: readonly (Watchers | undefined)[],
    isThere: (key: string) => boolean,
  ): void {
    for (const key of both.flatMap((watchers) => [...(watchers?.keys() ?? [])])) {
      if (isThere(key)) for (const watchers of both) watchers?.touch(key)
    }
  }
}
