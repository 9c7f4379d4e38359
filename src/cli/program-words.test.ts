import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { CommandLine } from './command.ts'
import { programWords, readNamed } from './program-words.ts'

const directory = mkdtempSync(join(tmpdir(), 'lab words '))
afterAll(() => rmSync(directory, { recursive: true }))

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

test('a file without an ending is a program if its first line names Node', () => {
  const line = { command: 'npm run flame', examples: ['x'] } as unknown as CommandLine
  const named = (name: string, text: string) => {
    const file = join(directory, name)
    writeFileSync(file, text)
    return readNamed([file], line)
  }
  expect(named('next', '#!/usr/bin/env node\n')).toMatchObject({ kind: 'entries' })
  expect(named('stacks', 'main;read 12\n')).toMatchObject({ kind: 'recordings' })
  // As pnpm has it for each program of a package.
  expect(() => named('wrapped', '#!/bin/sh\nexec node x "$@"\n')).toThrow(/^wrapped is neither/)
})

test('words with blanks are quoted for the shell', () => {
  expect(programWords(['a b.ts', '--load', `curl 'x'`])).toBe(`'a b.ts' --load 'curl '\\''x'\\'''`)
})
