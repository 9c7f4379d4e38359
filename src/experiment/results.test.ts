import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepResults, otherStages, resultDirectories } from './results.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lab results '))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function places() {
  const [first, second] = [join(home, 'local'), join(home, 'elsewhere')]
  const said: string[] = []
  return {
    first,
    second,
    said,
    places: { directories: [first, second], notify: (line: string) => said.push(line) },
  }
}

const full = () => Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })

test('a directory has its name only when all is in it; runs in one second have one each', async () => {
  const { first, said, places: at } = places()
  const names = () => readdirSync(first).filter((name) => !name.startsWith('.'))
  const write = async (directory: string) => {
    writeFileSync(join(directory, 'result.json'), directory)
    for (const name of names()) {
      expect(readdirSync(join(first, name))).toEqual(['result.json', 'stages.json'])
    }
  }
  const saved = await Promise.all(Array.from({ length: 5 }, () => keepResults('stage1', write, at)))
  expect(new Set(saved).size).toBe(5)
  expect(readdirSync(first).sort()).toEqual(saved.map((path) => basename(path)).sort())
  expect(said).toEqual([])
})

test('a full disk: the results are elsewhere, nothing half is left, and a line says so', async () => {
  const { first, second, said, places: at } = places()
  const saved = await keepResults(
    'compare',
    async (directory) => {
      writeFileSync(join(directory, 'compare.json'), '{}')
      if (directory.startsWith(first)) throw full()
    },
    at,
  )
  expect(saved.startsWith(second)).toBe(true)
  expect(readFileSync(join(saved, 'compare.json'), 'utf8')).toBe('{}')
  expect(readdirSync(first)).toEqual([])
  expect(said).toEqual([`profiles/local: the disk is full; the results are in ${saved} instead`])
})

test('a place that cannot be created is the same', async () => {
  const { first, second, places: at } = places()
  writeFileSync(first, '')
  const below = { ...at, directories: [join(first, 'local'), second] }
  expect(await keepResults('x', async () => {}, below)).toContain(second)
})

test('nowhere to write is one error with the reason and what to do', async () => {
  const { first, second, places: at } = places()
  const failure = await keepResults('x', () => Promise.reject(full()), at).catch((error) => error)
  expect(failure.message).toMatch(/^the results could not be written .*: the disk is full$/)
  expect(failure.next).toContain('copy the checkout to where you may write')
  expect([readdirSync(first), readdirSync(second)]).toEqual([[], []])
})

test('a fault in what writes is not taken for one of the disk', async () => {
  const { first, places: at } = places()
  await expect(keepResults('x', () => Promise.reject(new Error('oh')), at)).rejects.toThrow('oh')
  expect(readdirSync(first)).toEqual([])
})

test('a place that is a symbolic link, or that others may write to, is not written to', async () => {
  const { first, second, places: at } = places()
  writeFileSync(first, '') // so that the second place is tried
  const written: string[] = []
  const save = () =>
    keepResults('stage1', async (draft) => void written.push(draft), {
      ...at,
      directories: [join(first, 'local'), second],
    })
  const elsewhere = join(home, 'of another user')
  mkdirSync(elsewhere)
  symlinkSync(elsewhere, second)
  await expect(save()).rejects.toThrow(`the results cannot be written to ${second}`)
  rmSync(second)
  mkdirSync(second)
  chmodSync(second, 0o777)
  await expect(save()).rejects.toThrow(`the results cannot be written to ${second}`)
  expect(written).toEqual([])
  expect(resultDirectories([second])).toEqual([])
  rmSync(second, { recursive: true })
  await save()
  expect(statSync(second).mode & 0o777).toBe(0o700)
  expect(resultDirectories([second])).toEqual([second])
})

test('a result of a stage that was another one when it was saved is not shown as what it is now', async () => {
  const { first, places: at } = places()
  const directory = await keepResults('stage5', async () => {}, at)
  expect(otherStages(directory, ['stage4', 'stage5', 'stage6'])).toBeUndefined()
  // Before there was a mark, stage5 was the event loop.
  rmSync(join(directory, 'stages.json'))
  expect(otherStages(directory, ['stage4', 'stage6'])).toBeUndefined()
  expect(otherStages(directory, ['stage4', 'stage5'])).toBe(
    "it is of a stage5 that was 'its own event loop', which is stage6 now",
  )
  writeFileSync(join(first, basename(directory), 'stages.json'), '{ "stage2": "a dream" }')
  expect(otherStages(directory, ['stage2'])).toBe("it is of a stage2 that was 'a dream'")
})
