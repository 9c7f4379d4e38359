/** Where a checkout of the lab is to be had: for a reader of an exported page. */
import { execFileSync } from 'node:child_process'

/**
 * An address for `git clone` that anybody can use: over https, without a name or a password.
 * @param remote as git has it
 * @returns undefined for what is neither https nor `git@host:path`
 */
export function cloneAddress(remote: string): string | undefined {
  const [, host, path] = /^git@([\w.-]+):(?!\/)(\S+)$/.exec(remote) ?? []
  if (host !== undefined) return `https://${host}/${path}`
  if (!/^https:\/\//.test(remote) || !URL.canParse(remote)) return undefined
  const address = new URL(remote)
  return `${address.origin}${address.pathname}`
}

/** The address of this checkout's origin; undefined if git knows none, or it is no public one. */
export function originOf(root: string): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    // In a directory of another repository, its origin is not the lab's.
    if (git('rev-parse', '--show-prefix').trim() !== '') return undefined
    return cloneAddress(git('remote', 'get-url', 'origin').trim())
  } catch {
    return undefined
  }
}
