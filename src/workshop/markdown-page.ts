/**
 * Pages to print, from the workshop's Markdown: one HTML file each, pictures and all, so that it can
 * be carried on a stick. The Markdown is the lab's own; it is not made safe against anybody.
 */
import { readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { Marked, type Token, type Tokens } from 'marked'
import { escapeMarkup } from '../flame/markup.ts'
import { LabError } from '../run/lab-error.ts'
import { handoutStyle, slidesStyle } from './markdown-style.ts'

/** The handout: the page as it flows. @param file its path, for the pictures beside it */
export function handoutPage(markdown: string, file: string): string {
  const { marked, tokens } = read(markdown, file)
  return page(titleOf(tokens), handoutStyle, `<main>${marked.parser(tokens)}</main>`)
}

/** The slides: one for each section between two rules (`---`). */
export function slidesPage(markdown: string, file: string): string {
  const { marked, tokens } = read(markdown, file)
  const slides: Token[][] = [[]]
  for (const token of tokens) {
    if (token.type === 'hr') slides.push([])
    else slides.at(-1)!.push(token)
  }
  const full = slides.filter((slide) => slide.some(({ type }) => type !== 'space'))
  const body = full.map(
    (slide, at) =>
      `<section><div>${marked.parser(slide)}</div><footer>${at + 1} / ${full.length}</footer></section>`,
  )
  return page(titleOf(tokens), slidesStyle, body.join('\n'))
}

function page(title: string, style: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Pictures are put into the text; links to other files, which are not carried along, become words. */
function read(markdown: string, file: string): { marked: Marked; tokens: Token[] } {
  const marked = new Marked({
    gfm: true,
    renderer: {
      link(token) {
        const words = this.parser.parseInline(token.tokens)
        if (!/^(https?:|#)/.test(token.href)) return words
        return `<a href="${escapeMarkup(token.href)}">${words}</a>`
      },
    },
  })
  const tokens = marked.lexer(markdown).filter((token) => !isComment(token))
  marked.walkTokens(tokens, (token) => {
    if (token.type === 'image') embed(token as Tokens.Image, file)
  })
  return { marked, tokens }
}

/** What `npm run docs` finds its way by. */
function isComment(token: Token): boolean {
  return token.type === 'html' && /^\s*<!--[\s\S]*-->\s*$/.test(token.raw)
}

const types: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
}

/** @throws LabError where the picture is missing, or of a kind that is not known */
function embed(image: Tokens.Image, file: string): void {
  if (/^(data:|https?:)/.test(image.href)) throw new LabError(`${file}: ${image.href} is no file`)
  const path = resolve(dirname(file), decodeURI(image.href))
  const type = types[extname(path)]
  let bytes: Buffer
  try {
    if (type === undefined) throw new Error('it is no picture that can be carried along')
    bytes = readFileSync(path)
  } catch (cause) {
    throw new LabError(`${file}: the picture ${image.href} cannot be read`, {
      means: (cause as Error).message,
      next: 'npm run docs',
      cause,
    })
  }
  image.href = `data:${type};base64,${bytes.toString('base64')}`
}

/** The first heading. */
function titleOf(tokens: readonly Token[]): string {
  const heading = tokens.find((token) => token.type === 'heading') as Tokens.Heading | undefined
  return heading?.text ?? 'Workshop'
}
