import { expect, test } from 'vitest'
import type { CommandLine } from './command.ts'
import { programWords, readNamed } from './program-words.ts'

test.each([
  ['server.ts --http http://127.0.0.1:1/ --text', 'server.ts --http http://127.0.0.1:1/'],
  ['--alloc --summary a.md server.ts --connections 5', 'server.ts --connections 5'],
  ['--profiler=perf stage1 --pipeline 16 --json', 'stage1 --pipeline 16'],
  ['server.ts --seconds 3 -- --port 80 --text', 'server.ts -- --port 80 --text'],
])('the program and its load of `%s`', (typed, words) => {
  expect(programWords(typed.split(' '))).toBe(words)
})

test('a directory without a recording is refused, with the file in it that starts a server', () => {
  const line = { examples: ['npm run flame -- stage3'] } as unknown as CommandLine
  expect(() => readNamed(['docs/your-own-server'], line)).toThrow(
    expect.objectContaining({
      message: 'docs/your-own-server is a directory, with no recording in it',
      next: 'npm run flame -- docs/your-own-server/main.ts',
    }),
  )
})

test('a file that starts a program by a detour is refused, with what to name instead', () => {
  const line = { command: 'npm run flame', examples: ['x'] } as unknown as CommandLine
  expect(() => readNamed(['package.json'], line)).toThrow(
    /^package.json is neither .*: name the .js or .ts file that it starts/,
  )
})

test('words with blanks are quoted for the shell', () => {
  expect(programWords(['a b.ts', '--load', `curl 'x'`])).toBe(`'a b.ts' --load 'curl '\\''x'\\'''`)
})
