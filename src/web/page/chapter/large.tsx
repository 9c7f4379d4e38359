/** A block that is wider than its place, with a button that opens it over the whole window. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

interface Shown {
  /** What it is: `reader.ts, hunk 1`. */
  label: string
  /** How many lines it has: what is short needs no window of its own. */
  lines: number
  /** @param large whether it is drawn in the large window */
  children: (large: boolean) => ComponentChildren
}

const SHORT = 12

export function Large({ label, lines, children }: Shown) {
  const [isOpen, setIsOpen] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current!.showModal()
  }, [isOpen])
  if (lines <= SHORT) return <div class="large">{children(false)}</div>
  return (
    <div class="large">
      {children(false)}
      <p class="large-tools">
        <button type="button" aria-label={`Open large: ${label}`} onClick={() => setIsOpen(true)}>
          Open large
        </button>
      </p>
      {isOpen ? (
        <dialog
          class="large-window"
          ref={dialog}
          aria-label={label}
          onClose={() => setIsOpen(false)}
        >
          <p class="large-head">
            <b>{label}</b>
            <button type="button" onClick={() => dialog.current!.close()}>
              Close
            </button>
          </p>
          {children(true)}
        </dialog>
      ) : null}
    </div>
  )
}
