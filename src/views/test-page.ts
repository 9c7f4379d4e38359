/**
 * For tests: a page in a real Chromium and what a reader does with it. The tests of a file share one:
 * `page` and the like are set before the first of them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, vi } from 'vitest'
import {
  chromiumPath,
  type PageOptions,
  startChromium,
  type Watched,
  watchPage,
  whyNoChromium,
} from './chromium.ts'
import { wide } from './page-checks.ts'

export let browser: Browser
export let watched: Watched
export let page: Page
/** A directory for the file's tests, removed at their end. */
export let scratch: string
/** The address that was opened first, without what follows its path. */
let home: string

interface TestPageOptions {
  /** What the browser lets the page do. */
  context?: PageOptions
  /** Runs once `scratch` is there; returns the address to open first, if any. */
  start?(): Promise<string | undefined>
  /** Ends what `start` has started, as far as it came. */
  stop?(): Promise<void>
  /** Errors on the console that a test means to cause. */
  expected?: RegExp
}

/** Tests of a page; skipped if there is no Chromium. Each fails if there is an error on the console. */
export function describePage(title: string, options: TestPageOptions, tests: () => void): void {
  const { context, start, stop, expected } = options
  // A backstop: a browser and servers are started, and a busy machine may take long.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

  describe.skipIf(chromiumPath === undefined)(`${title}${whyNoChromium}`, () => {
    beforeAll(async () => {
      scratch = mkdtempSync(join(tmpdir(), 'lab page '))
      const starting = startChromium().then((started) => {
        browser = started
      })
      const [address] = await Promise.all([start?.(), starting])
      watched = await watchPage(browser, { viewport: wide, ...context })
      page = watched.page
      page.setDefaultTimeout(30_000)
      if (address === undefined) return
      home = address.replace(/[?#].*/s, '')
      await page.goto(address)
    })
    afterAll(async () => {
      await browser?.close()
      await stop?.()
      rmSync(scratch, { recursive: true, force: true })
    })
    afterEach(async () => {
      await page.setViewportSize(wide)
      await page.emulateMedia({ colorScheme: 'light' })
      const troubles = watched.troubles.splice(0)
      expect(
        troubles.filter((text) => expected?.test(text) !== true),
        'on the console',
      ).toEqual([])
    })

    tests()
  })
}

/** Goes to a place of the page that was opened first, and waits until all of it is there. */
export async function go(hash: string): Promise<void> {
  await page.goto(`${home}${hash}`)
  await page.waitForFunction(() => {
    const main = document.querySelector('main')
    const text = main?.textContent ?? ''
    const isWaiting = main?.querySelector('.waiting') !== null
    return text !== '' && !isWaiting && !text.includes('The chart is loading.')
  })
}

/** Waits until it is shown; the time is in milliseconds. */
export async function see(locator: Locator, timeout = 30_000): Promise<void> {
  await locator.waitFor({ state: 'visible', timeout })
}

/** Waits until there is none. */
export async function gone(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'detached' })
}

/** What has the focus, as it reads. */
export function focused(): Promise<string> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText ?? '')
}

/** Presses the tab key until one of them has the focus. @throws Error if none gets it */
export async function tabTo(wanted: Locator): Promise<void> {
  for (let at = 0; at < 400; at++) {
    await page.keyboard.press('Tab')
    const has = await wanted.evaluateAll((all) => all.some((one) => one === document.activeElement))
    if (has) return
  }
  throw new Error(`the tab key does not reach ${wanted}`)
}
