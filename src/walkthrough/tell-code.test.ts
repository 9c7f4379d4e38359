import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lessons } from '../course/lessons.ts'
import { labRoot } from '../run/server.ts'
import { codeLines } from './tell-code.ts'

it.each(lessons)('the code of $stage is shown without a comment', async ({ code }) => {
  const text = await readFile(join(labRoot, code.file), 'utf8')
  const [head, ...lines] = codeLines(text, code)
  expect(head).toContain(code.file)
  expect(lines.join('\n')).not.toMatch(/\/\*|^\s*\d+\s+\*|\/\//m)
  // Each line stands where its number says.
  const source = text.split('\n')
  for (const line of lines) {
    const [, number, words] = /^\s*(\d+|) {2}(.*)$/.exec(line)!
    if (number !== '') expect(source[Number(number) - 1]).toContain(words!.trim())
  }
})

it('the first code of all fits on one small screen, and holds what the guess rests on', async () => {
  const [{ code }] = lessons as [(typeof lessons)[0]]
  const lines = codeLines(await readFile(join(labRoot, code.file), 'utf8'), code)
  expect(lines.length).toBeLessThanOrEqual(18)
  expect(lines.join('\n')).toContain('Buffer.alloc(1)')
})
