/** What a graph says of its frames: the same questions for a profile and for a difference. */
import { amountOf, cautions, legend, percent, points, shareMargin } from '../../flame/caption.ts'
import { type Difference, standardError, unitText } from '../../flame/difference.ts'
import { type Group, groupName, groupOrder, groupWord } from '../../flame/groups.ts'
import { isOwnCode } from '../../flame/layers.ts'
import { amount, signed } from '../../flame/text.ts'
import { eachWithOwner, type FrameNode, type FrameTree, labelOf } from '../../flame/tree.ts'
import type { FlameViewData } from './flame-view-data.ts'
import { type Frame, framesOfDifference, framesOfProfile } from './frames.ts'
import type { WidthOf } from './layout.ts'
import { changeColour, type Look, type Palette, profileColours } from './paint.ts'

/** Which of the two profiles gives a frame of a difference its width. */
export type Width = 'larger' | 'before' | 'after'

export interface Model {
  root: Frame
  /** `where the CPU time goes`: what the graph is of, for its name. */
  subject: string
  widthOf(width: Width): WidthOf
  /** Colours and texts of the frames below `top`, a tree made of `root`. */
  looks(top: Frame, palette: Palette, inverted: boolean): (frame: Frame) => Omit<Look, 'found'>
  /** Figures of a frame, a word or two and a value each. */
  figures(frame: Pick<Frame, 'self' | 'total'>): { name: string; value: string }[]
  /** A share of the whole, 0 to 1, rounded to what the samples bear. */
  share(part: number): string
  /** How far the total of a frame can be off, as a sentence; undefined for bytes. */
  margin(frame: Pick<Frame, 'total'>): string | undefined
  /** What makes the figures doubtful, a sentence each. */
  cautions: string[]
  /** What the roles are called here: `role`, `layer`. */
  groupWord: 'role' | 'layer'
  /** Roles, or layers, that have time here, with their share. */
  roles: { role: Group; text: string }[]
}

export function modelOf(data: FlameViewData): Model {
  return data.kind === 'profile' ? profileModel(data.tree) : differenceModel(data.difference)
}

function profileModel(tree: FrameTree): Model {
  const root = framesOfProfile(tree)
  const whole = root.total[0]!
  const bytes = tree.unit.counts === 'bytes'
  const part = (count: number) => (whole === 0 ? 0 : count / whole)
  const share = (count: number) => percent(part(count), tree.samples)
  return {
    root,
    subject: bytes ? 'who allocates' : 'where the CPU time goes',
    widthOf: () => (amounts) => amounts[0]!,
    looks(top, palette, inverted) {
      const colours = profileColours(top, palette, inverted)
      return (frame) => ({
        fill: colours.get(frame)!,
        texts: [frame.label, frame.name],
        outlined: isOwnCode(frame),
      })
    },
    figures: ({ self, total }) => [
      { name: 'total', value: `${share(total[0]!)} (${amountOf(tree, total[0]!)})` },
      { name: 'self', value: `${share(self[0]!)} (${amountOf(tree, self[0]!)})` },
    ],
    share: (part) => percent(part, tree.samples),
    margin: ({ total }) =>
      bytes
        ? undefined
        : `total ± ${points(shareMargin(part(total[0]!), tree.samples))} points (95 % interval)`,
    cautions: cautions(tree),
    groupWord: groupWord(tree),
    roles: legend(tree).map(({ role, share }) => ({ role, text: percent(share, tree.samples) })),
  }
}

function differenceModel(difference: Difference): Model {
  const root = framesOfDifference(difference)
  const { before, after, unit } = difference
  const each = unitText(unit)
  const bound = (amounts: readonly number[]) =>
    2 * standardError(difference, { before: amounts[0]!, after: amounts[1]! })
  const isChance = ([one, other]: readonly number[]) =>
    one !== other && Math.abs(other! - one!) <= bound([one!, other!])
  const change = (amounts: readonly number[]) => {
    const text = changeText(amounts[0]!, amounts[1]!)
    return isChance(amounts) && text !== '=' ? `~ ${text}` : text
  }
  const figure = (amounts: readonly number[]) => {
    const [one, other] = amounts as [number, number]
    const only = one === 0 && other !== 0 ? ', new' : other === 0 && one !== 0 ? ', gone' : ''
    return `${amount(one)} → ${amount(other)} ${each} (${change(amounts)}${only})`
  }
  const samples = Math.min(before.samples, after.samples)
  return {
    root,
    subject: `what grew and what shrank from ${before.name} to ${after.name}`,
    widthOf(width) {
      if (width === 'larger') return ([one, other]) => Math.max(one!, other!)
      const at = width === 'before' ? 0 : 1
      return (amounts) => amounts[at]!
    },
    looks: (_, palette) => (frame) => {
      if (frame.label === 'all') return { fill: palette.pale, texts: ['all'], outlined: false }
      const text = change(frame.total)
      return {
        fill: changeColour(frame, palette, isChance(frame.total)),
        texts: [`${text} ${frame.label}`, `${text} ${frame.name}`],
        outlined: isOwnCode(frame),
      }
    },
    figures: ({ self, total }) => [
      { name: 'total', value: figure(total) },
      { name: 'self', value: figure(self) },
    ],
    share: (part) => percent(part, samples),
    margin: ({ total }) => `a change of less than ${amount(bound(total))} may be chance`,
    cautions: [before, after].flatMap((side) =>
      cautions(side).map((text) => `${side.name}: ${text}`),
    ),
    groupWord: groupWord(difference),
    roles: rolesOf(root, difference).map(({ role, sums: [one, other] }) => ({
      role,
      text: `${amount(one!)} → ${amount(other!)}`,
    })),
  }
}

/** Sums of self by role or layer, in the order of the legend; those without any are left out. */
function rolesOf(root: Frame, difference: Difference): { role: Group; sums: number[] }[] {
  const byRole = new Map<Group, number[]>()
  const visit = ({ role, self, children }: Frame) => {
    const sums = byRole.get(role) ?? self.map(() => 0)
    byRole.set(
      role,
      sums.map((sum, at) => sum + self[at]!),
    )
    for (const child of children) visit(child)
  }
  visit(root)
  const larger = new Map([...byRole].map(([role, sums]) => [role, Math.max(...sums)]))
  return groupOrder(difference, larger)
    .map((role) => ({ role, sums: byRole.get(role)! }))
    .filter(({ sums }) => sums.some((sum) => sum > 0))
}

/** `▲ +3.04`, `▼ -31.2`, `=`. */
export function changeText(before: number, after: number): string {
  const text = signed(after - before)
  if (/^0(\.0+)?$/.test(text)) return '='
  return `${after > before ? '▲' : '▼'} ${text}`
}

/** How a frame is drawn, with what was found and the role that was chosen. */
export function lit(
  look: Omit<Look, 'found'>,
  found: boolean,
  isDull: boolean,
  palette: Palette,
): Look {
  return { ...look, found, fill: found ? palette.found : isDull ? palette.unlit : look.fill }
}

/** What the tooltip says of a frame, a line each. */
export function tipLines(model: Model, frame: Frame): string[] {
  const figures = model.figures(frame).map(({ name, value }) => `${name} ${value}`)
  return [frame.label, ...figures, ...(frame.label === 'all' ? [] : [roleText(frame)])]
}

/** A frame in one line: label, figures, role, and which of V8's compilers made the code that ran. */
export function frameLine(model: Model, frame: Frame): string {
  const figures = model.figures(frame).map(({ name, value }) => `${name} ${value}`)
  const compilers = Object.entries(frame.tiers ?? {}).sort((a, b) => b[1] - a[1])
  const code = compilers.map(([name]) => name).join(', ')
  return [
    frame.label,
    ...figures,
    ...(frame.label === 'all' ? [] : [roleText(frame)]),
    ...(code === '' ? [] : [`code by ${code}`]),
  ].join(' · ')
}

export function roleText({ kind, role }: Pick<Frame, 'kind' | 'role'>): string {
  return kind === 'kernel' ? `${role}, in the kernel` : groupName(role)
}

export interface Widest {
  label: string
  frame: FrameNode
  /** Self, with that of the kernel it calls, in the tree's unit. */
  self: number
  /** The part of it that was spent in the kernel. */
  kernel: number
}

/**
 * The frames with most self, over all their callers; what the kernel did counts for its caller.
 */
export function widestFrames(root: FrameNode, count = 10): Widest[] {
  const found = new Map<string, Widest>()
  eachWithOwner(root, (node, frame) => {
    const label = frame === root ? 'all' : labelOf(frame)
    const key = `${frame.role} ${frame.kind} ${label}`
    const entry = found.get(key) ?? { label, frame, self: 0, kernel: 0 }
    entry.self += node.self
    if (node.kind === 'kernel') entry.kernel += node.self
    if (frame.total > entry.frame.total) entry.frame = frame
    found.set(key, entry)
  })
  return [...found.values()]
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, count)
}
