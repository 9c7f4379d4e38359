/** For tests: checks that hold for any page, whatever it shows. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The part of axe-core's answer that is read here. */
interface AxeWindow {
  axe?: {
    run(
      what: Document,
      options: object,
    ): Promise<{
      violations: { id: string; nodes: { target: string[]; any: { message: string }[] }[] }[]
    }>
  }
}

/** Which rules of axe-core are asked for. */
type Rules = 'all' | 'contrast'

/**
 * What of WCAG 2 A and AA a page breaks, as axe-core finds it; a line for each element.
 * @param where goes in front of each line
 */
export async function breaches(page: Page, which: Rules, where: string): Promise<string[]> {
  // Not through an element: the page's policy forbids foreign scripts, and so it should.
  if (await page.evaluate(() => (window as AxeWindow).axe === undefined)) await page.evaluate(axe)
  const runOnly =
    which === 'all'
      ? { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }
      : { type: 'rule', values: ['color-contrast'] }
  const violations = await page.evaluate(async (runOnly) => {
    const { violations } = await (window as AxeWindow).axe!.run(document, {
      runOnly,
      resultTypes: ['violations'],
      preload: false,
    })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
    )
  }, runOnly)
  return violations.map((line) => `${where}: ${line}`)
}

/** A size of a window, in CSS pixels. */
interface Size {
  width: number
  height: number
}

/** Windows in which a page must be readable; tests leave it in the first. */
export const wide: Size = { width: 1280, height: 900 }
export const narrow: Size = { width: 400, height: 800 }

/** What is wrong with the page in a window of that size and in that colour scheme; both stay. */
export async function wrongLook(
  page: Page,
  size: Size,
  colorScheme: 'light' | 'dark',
  which: Rules = 'all',
): Promise<string[]> {
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme })
  const found = await breaches(page, which, `${size.width} px, ${colorScheme}`)
  return [...found, ...(await sticksOut(page))]
}

/**
 * What is wrong with the page that is shown, in both colour schemes and at both widths.
 * @param which rules to ask for twice at a width; what others say does not depend on the colours
 */
export async function wrongLooks(page: Page, which: Rules = 'contrast'): Promise<string[]> {
  try {
    return [
      ...(await wrongLook(page, wide, 'light')),
      ...(await wrongLook(page, wide, 'dark', which)),
      ...(await wrongLook(page, narrow, 'dark')),
      ...(await wrongLook(page, narrow, 'light', which)),
    ]
  } finally {
    await page.setViewportSize(wide)
  }
}

/** Waits until some of it is where a reader sees it, in the window and in whatever scrolls in it. */
export async function inView(locator: Locator): Promise<void> {
  await locator.evaluate(
    (element) =>
      new Promise<void>((resolve) => {
        new IntersectionObserver((entries, observer) => {
          if (!entries.some(({ isIntersecting }) => isIntersecting)) return
          observer.disconnect()
          resolve()
        }).observe(element)
      }),
  )
}

/** What makes the page wider than its window; nothing if it need not be scrolled sideways. */
export async function sticksOut(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const clips = (element: Element | null): boolean =>
      element !== null &&
      element !== document.body &&
      (getComputedStyle(element).overflowX !== 'visible' || clips(element.parentElement))
    const out: string[] = []
    // The text, too: it may be longer than the element that it is in.
    const walker = document.createTreeWalker(document.body)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const range = document.createRange()
      range.selectNode(node)
      const far = range.getBoundingClientRect().right > clientWidth + 0.5
      if (!far || clips(node.parentElement)) continue
      out.push(node instanceof Element ? node.outerHTML.slice(0, 120) : (node.textContent ?? ''))
    }
    return [`${scrollWidth} px`, ...out]
  })
}

/**
 * Presses the tab key until all that can have the focus should have had it.
 * @returns what was never reached, and what does not look different with the focus
 */
export async function reachedByTab(page: Page): Promise<{ missed: string[]; unseen: string[] }> {
  const wanted = await page.evaluate(() => {
    const seen = new Set<Element>()
    const unseen: string[] = []
    const name = (element: Element) => element.outerHTML.slice(0, 120)
    const look = (event: Event) => {
      const element = event.target as HTMLElement
      // The page gives it to what is new there; the tab key does not stop at it.
      if (element.tabIndex < 0) return
      seen.add(element)
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      if (outlineStyle === 'none' || outlineWidth === '0px') unseen.push(name(element))
    }
    const all = [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [tabindex]',
      ),
    ].filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled') &&
        element.checkVisibility({ visibilityProperty: true }),
    )
    // Of a group of radio buttons the tab key reaches one; the arrow keys lead to the others.
    const group = (element: Element) =>
      element instanceof HTMLInputElement && element.type === 'radio' ? element.name : undefined
    document.addEventListener('focusin', look)
    Object.assign(window, {
      toldByTab: () => {
        document.removeEventListener('focusin', look)
        const groups = new Set([...seen].map(group))
        const missed = all.filter(
          (element) =>
            element.isConnected &&
            !seen.has(element) &&
            !(group(element) !== undefined && groups.has(group(element))),
        )
        return { missed: missed.map(name), unseen: [...new Set(unseen)] }
      },
    })
    ;(document.activeElement as HTMLElement | null)?.blur()
    return all.length
  })
  // What scrolls is a stop as well, and the window itself one at the end.
  for (let at = 0; at < wanted * 1.2 + 20; at++) await page.keyboard.press('Tab')
  return await page.evaluate(() =>
    (window as unknown as { toldByTab(): { missed: string[]; unseen: string[] } }).toldByTab(),
  )
}
