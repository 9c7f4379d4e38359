/**
 * Loaded before every command: tsx, which lets the commands start under any Node, so that they can
 * say which one they need. It needs a directory for temporary files, and without one it hangs or
 * ends with a stack of its own, so that is looked at first.
 */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'

const place = tmpdir()
try {
  // Not with its parents: on some file systems, as /proc, Node would try that for ever.
  if (!existsSync(place)) mkdirSync(place)
  accessSync(place, constants.W_OK)
} catch (failure) {
  console.error(`✗ temporary files cannot be written to ${place}: ${failure.code}`)
  console.error('  the variable TMPDIR names that directory')
  console.error('  → TMPDIR=/tmp, and the command again')
  process.exit(1)
}
await import('tsx')
