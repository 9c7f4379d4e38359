/** The selected frame: its figures, what it is, and what can be done with it. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { groupMeaning, groupName } from '../../flame/groups.ts'
import { lookUp } from '../../flame/known-frames.ts'
import type { Frame } from './frames.ts'
import { frameLine, type Model } from './model.ts'

interface Shown {
  model: Model
  frame: Frame
  /** From the outermost function to the frame itself. */
  stack: readonly Frame[]
  sandwich: () => void
  close: () => void
  /** What the owner of the view knows beyond the glossary: source, hunks, chapters. */
  children?: ComponentChildren
}

export function FramePanel({ model, frame, stack, sandwich, close, children }: Shown) {
  const [copied, setCopied] = useState('')
  const copy = async (what: string, text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(`The ${what} was copied.`)
    } catch (error) {
      setCopied(`The ${what} could not be copied: ${(error as Error).message}`)
    }
  }
  return (
    <section class="explain" id="explain" aria-label={`What ${frame.name} is`}>
      <header>
        <h2 id="flame-line">{frameLine(model, frame)}</h2>
        <p class="explain-tools">
          <button type="button" onClick={sandwich}>
            Callers and callees
          </button>
          <button type="button" onClick={() => copy('name', frame.name)}>
            Copy name
          </button>
          <button
            type="button"
            onClick={() => copy('stack', stack.map(({ label }) => label).join('\n'))}
          >
            Copy stack
          </button>
          <button type="button" onClick={close}>
            Close
          </button>
          <span role="status" class="dim small">
            {copied}
          </span>
        </p>
      </header>
      <p class="dim small">{model.margin(frame)}</p>
      {children ?? <Glossary frame={frame} />}
    </section>
  )
}

function Glossary({ frame }: { frame: Frame }) {
  const means = frame.kind === 'js' ? undefined : lookUp(frame.label)?.means
  return (
    <p>
      {means === undefined ? null : `${means.charAt(0).toUpperCase()}${means.slice(1)}. `}
      <b>{groupName(frame.role)}</b>: {groupMeaning(frame.role)}.
    </p>
  )
}
