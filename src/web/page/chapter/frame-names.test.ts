import { expect, it } from 'vitest'
import { isNameOf } from './frame-names.ts'

it.each([
  ['read(2)', { name: 'read', label: 'read libc' }, true],
  ['read libc', { name: 'read', label: 'read libc' }, true],
  ['OnUvRead', { name: 'node::LibuvStreamWrap::OnUvRead', label: '' }, true],
  ['Replies.send', { name: 'send', label: 'send replies.ts:49' }, true],
  ['Read', { name: 'node::LibuvStreamWrap::OnUvRead', label: '' }, false],
  ['reader.ts', { name: 'ts', label: 'ts' }, false],
  ['(2)', { name: '', label: '' }, false],
])('%s in the prose, and the frame %o', (text, frame, is) => {
  expect(isNameOf(text, frame)).toBe(is)
})
