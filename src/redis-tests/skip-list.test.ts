import { expect, it } from 'vitest'
import { commands } from '../server/commands/table.ts'
import { skipList, skippedIn } from './skip-list.ts'
import { suiteFiles } from './suite.ts'

it('every line has a reason, and no test is named twice', () => {
  for (const { needs } of skipList) expect(needs).toMatch(/^[a-z ]+: the lab has .{10,}/)
  const names = skipList.map(({ file, test }) => `${file}: ${test}`)
  expect(new Set(names).size).toBe(names.length)
})

it('every line is of a file that is run, and a name that the harness takes for one', () => {
  for (const { file, test } of skipList) {
    expect(suiteFiles).toContain(file)
    expect(test).toBe(test.trim())
    expect(test.startsWith('/'), `${test} would be a pattern`).toBe(false)
  }
  expect(suiteFiles.flatMap(skippedIn)).toHaveLength(skipList.length)
})

/** One command of each kind; when a stage has it, the lines that need it have to go. */
const missing = {
  lists: 'LPUSH',
  sets: 'SADD',
  'sorted sets': 'ZADD',
  hashes: 'HSET',
  streams: 'XADD',
}

it('what a line needs is what the lab does not have', () => {
  for (const [what, command] of Object.entries(missing)) {
    expect(commands.has(command), `the stages have ${what} now`).toBe(false)
  }
  const known = Object.keys(missing)
  for (const { needs } of skipList) expect(known).toContain(needs.split(':')[0])
})
