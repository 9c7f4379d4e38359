/**
 * The one place that takes the absolute path of the checkout off the names of files, so that a
 * profile tells nothing of the machine.
 */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fileNameOf, slashes } from './frames.ts'

/**
 * Makes paths relative to the checkout. V8 names a script by its real path, a person may have come
 * through a symbolic link: both prefixes are taken off. A file elsewhere keeps only what follows
 * its last `node_modules`, or its own name.
 */
export function relativeTo(checkout: string): (location: string) => string {
  const prefixes = new Set(
    [checkout, real(checkout)].map((path) => slashes(path).replace(/\/+$/, '')),
  )
  return (location) => {
    if (/^(node|evalmachine|wasm):/.test(location)) return location
    const path = slashes(location.startsWith('file:') ? pathOfUrl(location) : location)
    for (const prefix of prefixes) {
      if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length + 1)
    }
    const modules = path.lastIndexOf('/node_modules/')
    return modules >= 0 ? path.slice(modules + 1) : fileNameOf(path)
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url.replace(/^file:\/*/, '/')
  }
}
