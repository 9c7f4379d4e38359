/** What may be wider or longer than its place. It can be scrolled with the keyboard, too. */
import type { ComponentChildren } from 'preact'

/** @param label what is in it; said when the focus comes to it */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
