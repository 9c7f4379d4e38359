/** Removes the absolute path of the checkout from the names of files; nothing else does. */
import { realpathSync } from 'node:fs'
import { fileNameOf, shortPath } from './frames.ts'

/**
 * Makes paths relative to the checkout. V8 names a script by its real path, a person may have come
 * through a symbolic link: both prefixes are taken off. A file elsewhere keeps only what follows
 * its last `node_modules`, or its own name.
 */
export function relativeTo(checkout: string): (location: string) => string {
  return shortPath([...new Set([checkout, real(checkout)])], fileNameOf)
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
