/** What a file begins with: which program it is for. */
import { closeSync, openSync, readSync } from 'node:fs'

/** Longer than any `#!` line that a kernel takes. */
const LONGEST = 256

/** The first line of a file, cut after some hundred bytes; empty if it cannot be read. */
export function firstLine(file: string): string {
  const bytes = Buffer.alloc(LONGEST)
  try {
    const descriptor = openSync(file, 'r')
    try {
      const length = readSync(descriptor, bytes, 0, LONGEST, 0)
      return bytes.toString('utf8', 0, length).split('\n')[0]!
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return '' // it is not there, or a directory
  }
}
