/**
 * The page's files, made from `src/web/page` when the lab starts, in memory: nothing needs to be built
 * beforehand, and nothing is left behind. About a quarter of a second.
 */
import { join } from 'node:path'
import { type BuildOptions, build, stop } from 'esbuild'
import { labRoot } from '../run/server.ts'
import { bundleFailure, bundleOptions } from '../views/self-contained.ts'

export interface Bundle {
  /** The HTML that loads it. */
  html: string
  /** By name, as the HTML and the files themselves ask for it. */
  files: Map<string, BundleFile>
}

export interface BundleFile {
  text: string
  type: string
}

const page = join(labRoot, 'src', 'web', 'page')

/**
 * Bundles a page; what is imported with `import()` becomes a separate file, loaded when needed.
 * @param entry the script that it begins with
 * @throws LabError if it cannot be bundled
 */
export async function bundlePage(entry = join(page, 'main.tsx')): Promise<Bundle> {
  const files = await bundleFiles(entry, { splitting: true, define: pageIs('live') })
  return { html: htmlFor([...files.keys()], 'type="module"'), files }
}

/**
 * The same page for a directory of files: one script, since a browser loads no modules from a disk.
 * @throws LabError if it cannot be bundled
 */
export async function bundleExport(): Promise<Bundle> {
  const how = { format: 'iife', define: pageIs('exported') } as const
  const files = await bundleFiles(join(page, 'main-exported.tsx'), how)
  const html = htmlFor([...files.keys()], 'defer')
  return { html: html.replace('<title>', `${exportPolicy}\n${exportMark}\n<title>`), files }
}

/** What only one of the two pages needs is left out of the other: an editor is larger than the page. */
function pageIs(which: 'live' | 'exported'): NonNullable<BuildOptions['define']> {
  return { ...bundleOptions.define, 'process.env.LAB_PAGE': JSON.stringify(which) }
}

/** An exported page has it, and no other: by this line a directory is known for one. */
export const exportMark = '<meta name="generator" content="npm run lab -- --export">'

/** It loads the files beside it, and connects to nothing. `file:` is for a page opened from a disk. */
const exportPolicy = `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data: blob:; base-uri 'none'; form-action 'none'">`

async function bundleFiles(
  entry: string,
  how: Pick<BuildOptions, 'splitting' | 'format' | 'define'>,
): Promise<Map<string, BundleFile>> {
  try {
    const { outputFiles } = await build({
      ...bundleOptions,
      ...how,
      write: false,
      entryPoints: { main: entry },
      absWorkingDir: labRoot,
      outdir: 'assets',
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
    })
    const files = new Map<string, BundleFile>()
    for (const { path, text } of outputFiles) {
      const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
      const type = name.endsWith('.css') ? 'text/css' : 'text/javascript'
      files.set(name, { text, type: `${type}; charset=utf-8` })
    }
    return files
  } catch (failure) {
    throw bundleFailure(failure)
  } finally {
    await stop() // esbuild is a separate process, and has done its work
  }
}

/** @param load how its script is loaded: attributes */
function htmlFor(names: readonly string[], load: string): string {
  const script = names.find((name) => /^main-.*\.js$/.test(name))
  // All of them at once: a script that is loaded when wanted does not bring its style along.
  const styles = names
    .filter((name) => name.endsWith('.css'))
    .sort((a, b) => Number(b.startsWith('main-')) - Number(a.startsWith('main-')))
    .map((name) => `<link rel="stylesheet" href="assets/${name}">\n`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Profiling lab</title>
<link rel="icon" href="data:,">
${styles.join('')}<script ${load} src="assets/${script}"></script>
</head>
<body>
<div id="page"><p>Loading…</p></div>
<noscript><p>The lab page needs JavaScript. All of it is in the terminal as well: npm start.</p></noscript>
</body>
</html>
`
}
