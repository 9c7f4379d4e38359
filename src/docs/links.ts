/** Whether the links and pictures of the pages lead somewhere: within the checkout, or to a few places known. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Problem, pageLines, withoutCode } from '../course/blocks.ts'
import { headingIds } from '../course/markdown.ts'
import { labRoot } from '../run/server.ts'

/** Pages elsewhere may be named, not needed: the course works without a network. */
const domains = ['man7.org', 'nodejs.org', 'redis.io', 'docs.kernel.org', 'www.brendangregg.com']

/** What a checkout does not have when it is new. */
const ofTheReader = /^(mine|\.lab|node_modules|profiles\/local)(\/|$)/

const forms = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /\b(?:src|srcset|href)="([^"]+)"/g,
  /^\s*\[[^\]]+\]:\s*(\S+)/g,
  /<(https?:[^>]+)>/g,
  /(?<![(<"])(https?:\/\/[^\s)>"]+)/g,
]

/** The links of a page that lead nowhere. */
export function linkProblems(page: string, file: string): Problem[] {
  return pageLines(page, file)
    .filter(({ fence }) => fence === undefined)
    .flatMap(({ line, text }) => {
      const found = new Set(
        forms.flatMap((form) => [...withoutCode(text).matchAll(form)].map((match) => match[1]!)),
      )
      return [...found].flatMap((link) => {
        const wrong = wrongWith(link, file, page)
        return wrong === undefined ? [] : [{ file, line, text: `${link}: ${wrong}` }]
      })
    })
}

function wrongWith(link: string, file: string, page: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return wrongOutside(link)
  const [path = '', anchor] = link.split('#')
  if (path === '') return wrongHeading(file, page, anchor ?? '')
  const target = posix.join(posix.dirname(file), decodeURIComponent(path))
  if (target.startsWith('..') || path.startsWith('/')) return 'it leads out of the checkout'
  if (ofTheReader.test(target)) return `${target} is not there in a new checkout`
  if (!existsSync(join(labRoot, target))) return `there is no ${target}`
  return anchor === undefined ? undefined : wrongAnchor(target, anchor)
}

function wrongOutside(link: string): string | undefined {
  const url = URL.parse(link)
  if (url?.protocol === 'https:' && domains.includes(url.hostname)) return undefined
  return `pages elsewhere that may be linked are https, of ${domains.join(', ')}`
}

function wrongAnchor(target: string, anchor: string): string | undefined {
  const path = join(labRoot, target)
  if (statSync(path).isDirectory()) return `${target} is a directory, which has no #${anchor}`
  const text = readFileSync(path, 'utf8')
  if (!target.endsWith('.md')) {
    const lines = /^L(\d+)(?:-L(\d+))?$/.exec(anchor)
    const last = Number(lines?.[2] ?? lines?.[1])
    const count = text.trimEnd().split('\n').length
    if (last >= 1 && last <= count) return undefined
    return `${target} has the lines 1 to ${count}, as #L12`
  }
  return wrongHeading(target, text, anchor)
}

function wrongHeading(file: string, page: string, anchor: string): string | undefined {
  const known = anchorsOf(page, file)
  return known.includes(anchor) ? undefined : `${file} has the headings #${known.join(', #')}`
}

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(text: string, file: string): string[] {
  const idOf = headingIds()
  return pageLines(text, file).flatMap(({ fence, text }) => {
    const heading = fence === undefined ? /^#{1,6} (.*)$/.exec(text)?.[1] : undefined
    return heading === undefined ? [] : [idOf(heading)]
  })
}
