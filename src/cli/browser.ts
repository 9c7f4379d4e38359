import open from 'open'

/** Whether there is a screen to open a window on: macOS, Windows, or a Linux session with a display. */
export function hasDesktop(): boolean {
  if (process.env.SSH_CONNECTION !== undefined || process.env.CI !== undefined) return false
  if (process.platform !== 'linux') return true
  return (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') !== ''
}

/**
 * Opens a file in the browser where there is a desktop, or `always`; says so where that fails, and
 * never throws: the path has been printed, and the file is there.
 */
export async function openOnDesktop(file: string, always: boolean): Promise<void> {
  if (!always && !hasDesktop()) return
  try {
    const opener = await open(file)
    opener.unref()
  } catch (failure) {
    console.error(
      `no browser could be opened (${(failure as Error).message}); open the file by hand`,
    )
  }
}
