/**
 * Pages to print, from the workshop's Markdown: one HTML file each, with its pictures in it, so that
 * it can be carried on a stick.
 */
import { readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { cutAtRules, titleOf, toHtml } from '../course/markdown.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { LabError } from '../run/lab-error.ts'
import { handoutStyle, slidesStyle } from './markdown-style.ts'

/** The handout: the page as it flows. @param file its path, for the pictures beside it */
export function handoutPage(markdown: string, file: string): string {
  return page(markdown, handoutStyle, `<main>${printed(markdown, file)}</main>`)
}

/** The slides: one for each section between two rules (`---`). */
export function slidesPage(markdown: string, file: string): string {
  const body = cutAtRules(markdown).map(
    (slide, at, all) =>
      `<section><div>${printed(slide, file)}</div><footer>${at + 1} / ${all.length}</footer></section>`,
  )
  return page(markdown, slidesStyle, body.join('\n'))
}

function page(markdown: string, style: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(titleOf(markdown) ?? 'Workshop')}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Pictures are put into the page; links to other files, which are not carried along, become words. */
function printed(markdown: string, file: string): string {
  return toHtml(markdown, {
    link: (href) => (/^(https?:|#)/.test(href) ? href : undefined),
    picture: (href) => embedded(href, file),
  })
}

const types: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
}

/** @throws LabError if the picture is missing, or of an unknown kind */
function embedded(href: string, file: string): string {
  if (/^(data:|https?:)/.test(href)) throw new LabError(`${file}: ${href} is no file`)
  const path = resolve(dirname(file), decodeURI(href))
  const type = types[extname(path)]
  let bytes: Buffer
  try {
    if (type === undefined) throw new Error('it is no picture that can be embedded')
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
