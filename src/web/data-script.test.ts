import { expect, it } from 'vitest'
import { dataScript } from './data-script.ts'

/** What a browser has of it. */
function loaded(script: string): unknown {
  let found: unknown
  new Function('labData', script)((path: string, data: unknown) => {
    found = { path, data }
  })
  return found
}

const words = 'from bytes to a command, in words that many frames have'

it('what occurs several times is written once, and is there wherever it was', () => {
  const frame = { role: words, lines: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], none: null }
  const data = { a: frame, b: { ...frame }, c: [{ of: frame }, words], d: words, e: 'short', f: [] }
  const script = dataScript('/api/x?y=1', data)
  expect(loaded(script)).toEqual({ path: '/api/x?y=1', data })
  expect(script.split(words)).toHaveLength(2)
  expect(script.split('1,2,3,4')).toHaveLength(2)
})

it('the names of fields that many objects have are written once', () => {
  const frame = (self: number): unknown => ({ self, '12': null, of: { total: self / 3 } })
  const data = { frames: Array.from({ length: 9 }, (_, at) => frame(at)), one: { self: 1 } }
  const script = dataScript('/api/x', data)
  expect(loaded(script)).toEqual({ path: '/api/x', data })
  expect(script.split('"total"')).toHaveLength(2)
})

it('what JSON does not have is left out, and no text ends the script', () => {
  const data = { gone: undefined, list: [undefined, 1], 'a-b': `</script>${words}` }
  expect(loaded(dataScript('/api/x', data))).toEqual({
    path: '/api/x',
    data: JSON.parse(JSON.stringify(data)),
  })
})
