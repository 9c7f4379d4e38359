/** `npm run docs`: fills the blocks of the pages in docs/ and draws their pictures. */
import { posix } from 'node:path'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { problemText } from '../src/course/blocks.ts'
import { docsState, filledPages, updateDocs } from '../src/docs/fill.ts'
import { LabError } from '../src/run/lab-error.ts'

const line: CommandLine = {
  command: 'npm run docs',
  usage: '[-- PAGE … --check]',
  about: `Puts code, differences, figures, pictures and questions into the pages in docs/, between
<!-- KIND: words --> and <!-- end -->, and draws their pictures, those in profiles/ too. It names the blocks
that it cannot fill, and fills the rest. With the paths of pages, only those.`,
  options: { check: { type: 'boolean' } },
  help: ['--check        writes nothing; names what is not up to date, and ends with 1 then'],
  examples: ['npm run docs', 'npm run docs -- --check', 'npm run docs -- docs/stage1.md'],
}

runCommand(line, async ({ values, positionals }) => {
  const check = values.check === true
  const pages = namedPages(positionals)
  const { problems, stale, files } = await (check ? docsState(pages) : updateDocs(pages))
  for (const problem of problems) console.error(`✗ ${problemText(problem)}`)
  if (check) for (const problem of stale) console.error(`✗ ${problemText(problem)}`)
  if (problems.length > 0) {
    throw new LabError(`blocks that cannot be filled: ${problems.length}`, {
      means: check ? 'their words name nothing that there is' : 'all others are filled',
      next: 'change their words, then npm run docs',
    })
  }
  if (check && files.length > 0) {
    throw new LabError(`files that are not up to date: ${files.length}`, { next: 'npm run docs' })
  }
  console.log(
    files.length === 0
      ? 'all pages and pictures are up to date'
      : [...files.map(({ file }) => `written: ${file}`)].join('\n'),
  )
})

function namedPages(words: readonly string[]): string[] {
  const known = filledPages()
  return words.map((word) => {
    const page = known.find((page) => page === posix.normalize(word))
    if (page === undefined) throw wrongWords(`there is no page '${word}' in docs/`, line)
    return page
  })
}
