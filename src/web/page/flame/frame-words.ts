/** What is said of a frame of a stage's profile. */
import { amountOf, percent } from '../../../flame/caption.ts'
import { type FrameNode, type FrameTree, labelOf } from '../../../flame/tree.ts'

/** One line: name and place, share of all, own share, samples, role. */
export function frameLine(tree: FrameTree, frame: FrameNode): string {
  const whole = tree.root.total
  const { total, self, role, kind, tiers } = frame
  if (frame === tree.root) return `all: ${amountOf(tree, total)}`
  const parts = [
    labelOf(frame),
    `${percent(total / whole)} of all`,
    `itself ${percent(self / whole)}`,
    amountOf(tree, total),
    kind === 'kernel' ? `${role}, in the kernel` : role,
  ]
  const compilers = Object.entries(tiers ?? {}).sort((a, b) => b[1] - a[1])
  if (compilers.length > 0) parts.push(`code by ${compilers.map(([name]) => name).join(', ')}`)
  return parts.join(' · ')
}

/** What the search goes through. */
export function frameWords(frame: {
  name: string
  file?: string
  line?: number
  role: string
}): string {
  return `${labelOf(frame)} ${frame.role}`.toLowerCase()
}
