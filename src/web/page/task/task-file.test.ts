/** A file that is open here and in another editor: nothing that was typed is lost. */
import { expect, it } from 'vitest'
import { isChanged, meet, open } from './task-file.ts'

const file = (text: string, version = text) => ({ name: 'reader.ts', text, version })
const edited = (base: string, text: string) => ({ base: file(base), text, other: undefined })

it('what was not changed here follows the disk', () => {
  const met = meet(edited('one', 'one'), file('two'))
  expect(met).toEqual({ base: file('two'), text: 'two', other: undefined })
  expect(isChanged(met)).toBe(false)
})

it('what was changed here stays, and the reader must choose', () => {
  const met = meet(edited('one', 'mine'), file('two'))
  expect(met).toEqual({ base: file('one'), text: 'mine', other: file('two') })
  expect(isChanged(met)).toBe(true)
})

it('the same text in both is no conflict; one that is taken back is none any more', () => {
  expect(meet(edited('one', 'two'), file('two'))).toEqual(edited('two', 'two'))
  const conflict = meet(edited('one', 'mine'), file('two'))
  expect(meet(conflict, file('one')).other).toBeUndefined()
})

it.each([
  ['nothing unsaved', undefined, edited('disk', 'disk')],
  ['unsaved text of this version', { version: 'disk', text: 'mine' }, edited('disk', 'mine')],
  ['unsaved text that is on disk by now', { version: 'old', text: 'disk' }, edited('disk', 'disk')],
])('after a reload: %s', (_, unsaved, expected) => {
  expect(open(file('disk'), unsaved)).toEqual(expected)
})

it('after a reload: unsaved text of an earlier version is a conflict', () => {
  const found = open(file('disk'), { version: 'old', text: 'mine' })
  expect(found).toEqual({ base: file('disk', 'old'), text: 'mine', other: file('disk') })
  // It cannot be saved as if the disk had not been changed.
  expect(found.base.version).toBe('old')
})
