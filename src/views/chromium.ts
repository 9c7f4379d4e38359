/** For tests: a real Chromium without a window, and pages that report all that went wrong in them. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { findOnPath } from '../run/installed.ts'

/** The system's own browser: none is downloaded. Undefined if there is none. */
export const chromiumPath = ['chromium', 'chromium-browser', 'google-chrome']
  .map(findOnPath)
  .find((path) => path !== undefined)

/** For the title of tests that are skipped. */
export const whyNoChromium = chromiumPath === undefined ? ' (skipped: no chromium on PATH)' : ''

/** @throws Error if there is none, or it does not start */
export async function startChromium(): Promise<Browser> {
  // Its own sandbox needs a user that is not root, as in a container there often is none.
  const root = process.getuid?.() === 0
  return await chromium.launch({
    executablePath: chromiumPath!,
    args: ['--disable-gpu', ...(root ? ['--no-sandbox'] : [])],
  })
}

/** What went on in the pages of a headless browser. */
export interface Watched {
  context: BrowserContext
  page: Page
  /** Errors and warnings, on the console or thrown; what a policy forbade is on the console, too. */
  troubles: string[]
  /** The URLs of all requests. */
  requests: string[]
}

/** What a page may do, and how large its window is. */
export type PageOptions = NonNullable<Parameters<Browser['newContext']>[0]>

/** Opens a page in a new context: no cookies of other pages. */
export async function watchPage(browser: Browser, options: PageOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const troubles: string[] = []
  const requests: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) {
      troubles.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    }
  })
  context.on('weberror', (error) => troubles.push(`thrown: ${error.error().stack}`))
  context.on('request', (request) => requests.push(request.url()))
  return { context, page: await context.newPage(), troubles, requests }
}
