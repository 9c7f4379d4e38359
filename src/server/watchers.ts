import type { Watcher } from './database.ts'

/** The keys of one database that are watched, and by whom. */
export class Watchers {
  private readonly byKey = new Map<string, Set<Watcher>>()

  get isEmpty(): boolean {
    return this.byKey.size === 0
  }

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

  remove(key: string, watcher: Watcher): void {
    const known = this.byKey.get(key)
    known?.delete(watcher)
    if (known?.size === 0) this.byKey.delete(key)
  }

  /** The key has changed. */
  touch(key: string): void {
    for (const watcher of this.byKey.get(key) ?? []) watcher.isChanged = true
  }
}
