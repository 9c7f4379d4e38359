import { type EventEmitter, once } from 'node:events'
import open from 'open'
import { findOnPath } from '../run/installed.ts'

/** Whether there is a screen to open a window on: macOS, Windows, or a Linux session with a display. */
export function hasDesktop(): boolean {
  if (process.env.SSH_CONNECTION !== undefined || process.env.CI !== undefined) return false
  if (process.platform !== 'linux') return true
  return (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') !== ''
}

/** Any of them can show a page, or knows which program does. */
const openers = [
  ...['x-www-browser', 'firefox', 'chromium', 'chromium-browser', 'google-chrome', 'epiphany'],
  ...['gio', 'kde-open', 'kde-open5', 'exo-open', 'gnome-open', 'wslview', 'explorer.exe'],
]

/** Why no page could be shown although there is a desktop; undefined if nothing prevents it. */
export function whyNoBrowser(): string | undefined {
  if (process.platform !== 'linux' || (process.env.BROWSER ?? '') !== '') return undefined
  if (openers.some((name) => findOnPath(name) !== undefined)) return undefined
  return 'no browser is found on the PATH'
}

/** What `open` returns; the browser itself, or a program that starts it and ends. */
type Opener = EventEmitter & { readonly exitCode: number | null; unref(): void }

/** A program that fails to find a browser fails within some ms; one that is a browser stays. */
const FAILS_WITHIN_MS = 2000

/**
 * Opens a file in the browser if there is a desktop, or `always`; says so if that fails, and
 * never throws: the path has been printed, and the file is there.
 */
export async function openOnDesktop(
  file: string,
  always: boolean,
  opening: (file: string) => Promise<Opener> = open,
  say: (line: string) => void = console.error,
): Promise<void> {
  if (!always && !hasDesktop()) return
  const failed = (why: string) =>
    say(`no browser could be opened (${why}); open the file by hand, or copy it to where one is`)
  try {
    const opener = await opening(file)
    opener.unref()
    const status = await endOf(opener)
    if (status !== undefined && status !== 0) failed(`exit code ${status}`)
  } catch (failure) {
    failed((failure as Error).message)
  }
}

async function endOf(opener: Opener): Promise<number | null | undefined> {
  if (opener.exitCode !== null) return opener.exitCode
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), FAILS_WITHIN_MS)
  try {
    const [status] = await once(opener, 'exit', { signal: stop.signal })
    return status as number | null
  } catch (failure) {
    if (stop.signal.aborted) return undefined
    throw failure
  } finally {
    clearTimeout(timer)
  }
}
