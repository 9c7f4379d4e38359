import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests in a browser: `npm run test:page`, as they take some minutes by themselves. */
export const pageTests = [
  'src/web/*-page.test.ts',
  'src/web/export.test.ts',
  'src/views/flame/{flame-view,graph}.test.ts',
  'src/workshop/printed-page.test.ts',
]

/** They take longest, and begin first: at the end, one of them would run alone. */
const longest = [
  'src/conformance/conformance.test.ts',
  'src/check/check.test.ts',
  'src/check/exercise-check.test.ts',
  'src/experiment/entry.test.ts',
  'scripts/endings.test.ts',
  'stages/limits.test.ts',
  'stages/faults.test.ts',
  'stages/optimizations.test.ts',
  'src/fuzz/fuzz.test.ts',
  'src/flame/capture.test.ts',
  'src/experiment/outside-tools.test.ts',
  'src/walkthrough/exercise.test.ts',
  'src/experiment/profilers.test.ts',
]

/** Vitest knows how long a file takes once it has run; on a fresh checkout, only how large it is. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}`))
      return at === -1 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}

if (process.cwd().includes('#')) {
  // Vite takes what follows for the fragment of an address, and finds no file: the lab itself runs.
  throw new Error(
    `the tests cannot run below a directory with # in its name, ${process.cwd()}: rename it, or clone elsewhere`,
  )
}

export default defineConfig({
  // Views stand outside of the page's tsconfig.json, which says the same.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['stages/**/*.test.ts', 'src/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...pageTests],
    // Every test file starts servers of its own on ports of the kernel's, so files may run side by side.
    pool: 'forks',
    // A file leaves its process as it found it: then the next one need not load everything again.
    isolate: false,
    // The tests start some thousand programs of the same files: compiled code is kept between them.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/lab', import.meta.url)) },
    // Tests wait for states. This only ends one that will never see its own, on the slowest machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    sequence: { sequencer: LongestFirst },
    // Most of them wait for processes most of the time, so three have room on two cores as well.
    maxWorkers: Math.max(3, availableParallelism() - 1),
  },
})
