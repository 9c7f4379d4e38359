/** The pages to print, as a browser prints them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labRoot } from '../run/server.ts'
import { describePage, page } from '../views/test-page.ts'
import { handoutPage, slidesPage } from './print-pages.ts'

const papers = ['A4', 'Letter']

/** On how many sheets a page of the workshop is printed. */
async function sheetsOf(name: string, render: typeof handoutPage, paper: string): Promise<number> {
  const file = join(labRoot, 'docs', 'workshop', name)
  await page.setContent(render(readFileSync(file, 'utf8'), file))
  const pdf = await page.pdf({ format: paper, preferCSSPageSize: true })
  return pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)!.length
}

describePage('the pages to print', {}, () => {
  it.each(papers)('the handout is two sheets of %s, as the README promises', async (paper) => {
    expect(await sheetsOf('handout.md', handoutPage, paper)).toBe(2)
  })

  it.each(papers)('each slide is one sheet of %s, with all that is on it', async (paper) => {
    const sheets = await sheetsOf('slides.md', slidesPage, paper)
    const slides = await page.locator('section').count()
    expect(sheets).toBe(slides)
    for (const [width, height] of [
      [1280, 720],
      [1024, 768],
      [400, 800],
    ] as const) {
      await page.setViewportSize({ width, height })
      const cut = await page
        .locator('section')
        .evaluateAll((all) => all.filter((one) => one.scrollHeight > one.clientHeight).length)
      expect(`${width}: ${cut} cut`).toBe(`${width}: 0 cut`)
    }
  })
})
