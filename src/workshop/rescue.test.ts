/** What docs/workshop/rescue.md quotes of the lab is what the lab says. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labRoot } from '../run/server.ts'

/** Said by the shell, npm and Node, not by the lab. */
const ofOthers = [
  'npm: command not found',
  'npm ci',
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ENOTCACHED',
  'EACCES',
  "Cannot find package 'tsx'",
  'Unknown file extension ".ts"',
  'bad option',
  'TransformError',
  'esbuild',
  'Missing script',
  'Could not read package.json',
]

/** Sources as one text. A message is cut where the code puts a value into it. */
function sources(): string {
  return ['src', 'scripts', 'stages']
    .flatMap((folder) =>
      readdirSync(join(labRoot, folder), { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile() && /\.[jt]sx?$/.test(one.name))
        .filter(({ name }) => !name.includes('.test.'))
        .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')),
    )
    .join('\n')
}

it('every message that rescue.md quotes is one of the lab, or of a program that it names', () => {
  const page = readFileSync(join(labRoot, 'docs/workshop/rescue.md'), 'utf8')
  const symptoms = page
    .slice(0, page.indexOf('\n## Systems'))
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ')[0]!)
  const quoted = symptoms.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`|\*([^*]+)\*/g)].map(([, code, words]) => (code ?? words)!),
  )
  expect(quoted.length).toBeGreaterThan(30)
  const code = sources()
  const unknown = quoted
    .filter((text) => !ofOthers.includes(text))
    .filter((text) =>
      text
        .split(/…|\d+|\/tmp\/|\bnpm start\b|\bstage\b/)
        .map((part) => part.trim())
        .some((part) => part.length > 2 && !code.includes(part)),
    )
  expect(unknown).toEqual([])
})
