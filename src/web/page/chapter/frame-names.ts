/** Names of frames in the prose of a chapter, and the frames that they mean. */
import type { Frame } from '../../../views/flame/frames.ts'

export type NamedFrame = Pick<Frame, 'name' | 'label'>

/**
 * Whether a name as the prose has it is that of a frame: `read(2)`, `OnUvRead` for
 * `node::LibuvStreamWrap::OnUvRead`, `Replies.send` for `send`, `read libc` for its label.
 */
export function isNameOf(text: string, { name, label }: NamedFrame): boolean {
  const word = text.replace(/\(\d?\)$/, '')
  if (word === '') return false
  const method = /^[A-Z]\w*\.(\w+)$/.exec(word)?.[1]
  return name === word || label === text || name.endsWith(`::${word}`) || name === method
}

/**
 * The HTML of prose in which each name of a frame is a button, with the name in `data-frame`. Names
 * in links, in summaries and in blocks of code stay as they are.
 */
export function markFrameNames(html: string, frames: readonly NamedFrame[]): string {
  const page = document.createElement('template')
  page.innerHTML = html
  let changed = false
  for (const code of page.content.querySelectorAll('code')) {
    const text = code.textContent
    if (code.closest('a, pre, summary, button') !== null) continue
    if (!frames.some((frame) => isNameOf(text, frame))) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'frame-name'
    button.dataset.frame = text
    button.title = 'Show it in the flame graph'
    code.replaceWith(button)
    button.append(code)
    changed = true
  }
  return changed ? page.innerHTML : html
}
