/** Pages to print, from the workshop's Markdown: one HTML file each, with its pictures in it. */
import { readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { cutAtRules, titleOf, toHtml } from '../course/markdown.ts'
import { LabError } from '../run/lab-error.ts'
import { handoutStyle, htmlPage, slidesStyle } from './html-page.ts'

/** The handout: one flowing page. @param file its path, to find its pictures */
export function handoutPage(markdown: string, file: string): string {
  return page(markdown, handoutStyle, `<main>${printed(markdown, file)}</main>`)
}

/** The slides: one per section between two rules (`---`). */
export function slidesPage(markdown: string, file: string): string {
  const body = cutAtRules(markdown).map(
    (slide, at, all) =>
      `<section><div>${printed(slide, file)}</div><footer>${at + 1} / ${all.length}</footer></section>`,
  )
  return page(markdown, slidesStyle, body.join('\n'))
}

function page(markdown: string, style: string, body: string): string {
  return htmlPage(titleOf(markdown) ?? 'Workshop', style, body)
}

/** Pictures go into the page; links to other files, which are not in it, become plain words. */
function printed(markdown: string, file: string): string {
  return toHtml(markdown, {
    link: (href) => (/^(https?:|#)/.test(href) ? href : undefined),
    picture: (href) => embedded(href, file),
    eager: true,
  })
}

const types: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
}

/** @throws LabError if the picture is missing, or not an image */
function embedded(href: string, file: string): string {
  if (/^(data:|https?:)/.test(href)) throw new LabError(`${file}: ${href} is not a file`)
  const path = resolve(dirname(file), decodeURI(href))
  const type = types[extname(path)]
  let bytes: Buffer
  try {
    if (type === undefined) throw new Error('it is not an image that can be put into a page')
    bytes = readFileSync(path)
  } catch (cause) {
    throw new LabError(`${file}: the picture ${href} cannot be read`, {
      means: (cause as Error).message,
      next: 'npm run docs',
      cause,
    })
  }
  return `data:${type};base64,${bytes.toString('base64')}`
}
