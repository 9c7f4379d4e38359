/** For tests: the lab page in a real browser, with one lab that all tests of a file share. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { PageOptions } from '../views/chromium.ts'
import { describePage, scratch } from '../views/test-page.ts'
import { type Bundle, bundlePage } from './bundle.ts'
import type { LabOptions } from './start-lab.ts'
import { shortPrograms, startTestLab, type TestLab } from './test-lab.ts'

export let bundle: Bundle
export let lab: TestLab
/** Where its runs save their results. */
export let results: string

interface LabPageOptions {
  /** What differs from a lab whose runs are short. */
  lab?: LabOptions
  context?: PageOptions
  expected?: RegExp
}

/** Tests of the lab page; see `describePage`. */
export function describeLabPage(title: string, options: LabPageOptions, tests: () => void): void {
  const { lab: other, ...page } = options
  const start = async () => {
    results = join(scratch, 'results')
    mkdirSync(results)
    vi.stubEnv('LAB_RESULTS', results)
    bundle = await bundlePage()
    const programs = shortPrograms(results)
    lab = await startTestLab({ bundle, places: [results], programs, ...other })
    return lab.url
  }
  const stop = async () => {
    vi.unstubAllEnvs()
    await lab?.close()
  }
  describePage(title, { ...page, start, stop }, tests)
}
