/**
 * Writes a view with its data as one HTML file that requests nothing: script, style and data
 * are in it, and its policy forbids the browser to fetch or send. Light and dark, as the reader has it.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type BuildOptions, build, stop } from 'esbuild'
import { LabError } from '../run/lab-error.ts'
import type { CompareViewData } from './compare/compare-view-data.ts'
import type { FlameViewData } from './flame/flame-view-data.ts'

/** The views, by the folder of their script `main.tsx`, and the data that each is drawn from. */
export interface Views {
  flame: FlameViewData
  compare: CompareViewData
}

/** What every bundle of the lab is made with. */
export const bundleOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  tsconfigRaw: {},
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions

interface Bundled {
  script: string
  style: string
}

const bundled = new Map<keyof Views, Promise<Bundled>>()

/**
 * One view as HTML. About 100 ms for the first of a kind, as it is bundled then.
 * @param title of the window, and the heading of the page
 * @throws LabError if the view cannot be bundled
 */
export async function selfContained<Name extends keyof Views>(
  view: Name,
  data: Views[Name],
  title: string,
): Promise<string> {
  let bundling = bundled.get(view)
  if (bundling === undefined) {
    bundling = bundle(view)
    bundled.set(view, bundling)
  }
  const { script, style } = await bundling
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</title>
<style>${style}</style>
</head>
<body>
<main id="view"></main>
<noscript><p>This page draws itself with JavaScript. The data is in its source.</p></noscript>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

async function bundle(view: keyof Views): Promise<Bundled> {
  try {
    const { outputFiles } = await build({
      ...bundleOptions,
      entryPoints: [join(import.meta.dirname, view, 'main.tsx')],
      outdir: 'view',
    })
    const text = (ending: string) =>
      outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? ''
    return {
      script: text('.js').replaceAll('</script', '<\\/script'),
      style: text('.css').replaceAll('</style', '<\\/style'),
    }
  } catch (cause) {
    bundled.delete(view)
    throw bundleFailure(cause)
  } finally {
    await stop() // esbuild is a separate process, and has done its work
  }
}

/** What a person can do if esbuild fails. */
export function bundleFailure(cause: unknown): LabError {
  const { message = String(cause) } = cause as Error
  const line = message.split('\n').find((text) => text.includes('ERROR')) ?? message.split('\n')[0]!
  return new LabError(`the page could not be put together: ${line}`, {
    means: 'a file of src/views or src/web/page was changed, or packages are missing',
    next: 'npm ci',
    cause,
  })
}
