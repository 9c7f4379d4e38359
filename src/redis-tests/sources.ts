/**
 * Where apt finds source packages. Most machines list packages only; the same places hold the
 * sources, so the machine's own lists are read as lists of sources. They are not changed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A file of `sources.list.d`: `*.list` has a line for each source, `*.sources` a paragraph. */
export interface SourceFile {
  name: string
  text: string
}

/** The machine's own lists; those that cannot be read are left out. */
export function readSources(etc = '/etc/apt'): SourceFile[] {
  const parts = join(etc, 'sources.list.d')
  return [join(etc, 'sources.list'), ...listed(parts)]
    .filter((path) => /\.(list|sources)$/.test(path))
    .flatMap((path) => {
      const text = attempt(() => readFileSync(path, 'utf8'))
      return text === undefined ? [] : [{ name: basename(path), text }]
    })
}

function listed(directory: string): string[] {
  const names = attempt(() => readdirSync(directory)) ?? []
  return names.toSorted().map((name) => join(directory, name))
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/**
 * The same files as lists of source packages, with only the distribution's own sources in them:
 * places that are somebody else's rarely hold any. Options and keys stay as they are. Files of
 * which nothing is left are left out.
 * @param codename of the distribution, e.g. `bookworm`
 */
export function asSourceLists(files: readonly SourceFile[], codename: string): SourceFile[] {
  return files.flatMap(({ name, text }) => {
    const kept = name.endsWith('.sources') ? paragraphs(text, codename) : lines(text, codename)
    return kept === '' ? [] : [{ name, text: `${kept}\n` }]
  })
}

/** `deb [options] URI suite component…` */
const ONE_LINE = /^\s*deb(?:-src)?\s+(\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s+([^#]*)/

function lines(text: string, codename: string): string {
  const found = text.split('\n').flatMap((line) => {
    const [, options = '', uri, suite, components] = ONE_LINE.exec(line) ?? []
    if (uri === undefined || suite === undefined || components === undefined) return []
    if (!isOwn([suite], components.trim().split(/\s+/), codename)) return []
    return [`deb-src ${withoutArchitectures(options)}${uri} ${suite} ${components.trim()}`]
  })
  return [...new Set(found)].join('\n')
}

function withoutArchitectures(options: string): string {
  const kept = options
    .replace(/[[\]]/g, ' ')
    .split(/\s+/)
    .filter((word) => !/^(?:arch[-+]?=.*)?$/.test(word))
  return kept.length === 0 ? '' : `[${kept.join(' ')}] `
}

/** Paragraphs of `Field: value`, in which a value goes on over lines that begin with a blank. */
function paragraphs(text: string, codename: string): string {
  const uncommented = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
  return uncommented
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => {
      if (/^(?:no|false|0|without|off|disable)$/i.test(field(paragraph, 'Enabled') ?? ''))
        return false
      const suites = field(paragraph, 'Suites')?.split(/\s+/) ?? []
      const components = field(paragraph, 'Components')?.split(/\s+/) ?? []
      return isOwn(suites, components, codename)
    })
    .map((paragraph) => paragraph.replace(/^Types:.*$/im, 'Types: deb-src'))
    .map((paragraph) => paragraph.replace(/^Architectures:.*\n?/im, ''))
    .join('\n\n')
}

function field(paragraph: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(.*(?:\\n[ \\t]+\\S.*)*)`, 'im').exec(paragraph)?.[1]?.trim()
}

/** Debian has redis in `main`, Ubuntu in `universe`. */
function isOwn(suites: string[], components: string[], codename: string): boolean {
  const named = [codename, 'stable', 'oldstable', 'oldoldstable', 'testing', 'unstable', 'sid']
  const suiteIsOwn = suites.some((suite) => {
    const [release, pocket = ''] = suite.split(/[-/]/)
    return named.includes(release!) && /^(?:|updates|security|backports)$/.test(pocket)
  })
  return suiteIsOwn && components.some((name) => name === 'main' || name === 'universe')
}

/** The distribution's codename, from `/etc/os-release`; undefined where it does not say. */
export function codenameOf(osRelease: string): string | undefined {
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(osRelease)?.[1]
}
