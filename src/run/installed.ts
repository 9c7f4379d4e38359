import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What came of starting a program with `--version`. */
export type Look =
  | {
      state: 'runs' /** e.g. `7.0.15`; undefined if it says none. */
      version: string | undefined
    }
  | { state: 'missing' }
  /** It is there, and fails. */
  | { state: 'broken'; why: string }

/** Printing a version takes a moment; a program that hangs would hold up every command. */
const TIMEOUT_MS = 10_000

/** Starts a program with `--version`, some milliseconds, and says what came of it; never throws. */
export function lookAt(program: string, option = '--version', timeoutMs = TIMEOUT_MS): Look {
  const { status, signal, error, stdout, stderr } = spawnSync(program, [option], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOENT') return { state: 'missing' }
  if (code === 'ETIMEDOUT') {
    return { state: 'broken', why: `it does not print its version within ${timeoutMs / 1000} s` }
  }
  if (error !== undefined) return { state: 'broken', why: error.message }
  if (status === 0) return { state: 'runs', version: /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] }
  const said = `${stderr}\n${stdout}`.split('\n').find((line) => line.trim() !== '')
  return { state: 'broken', why: said?.trim() ?? signal ?? `exit code ${status}` }
}

/** Whether the program can be run. */
export function isInstalled(program: string): boolean {
  return lookAt(program).state === 'runs'
}

/** The path of a program that the shell would find, without running it; undefined: there is none. */
export function findOnPath(program: string): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((name) => name !== '')
  return directories
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** A Tcl, under one of the names that Redis' test suite looks for. */
export function findTcl(): string | undefined {
  return ['tclsh8.7', 'tclsh8.6', 'tclsh8.5'].map(findOnPath).find((path) => path !== undefined)
}
