/** Where the time goes, role by role, with the article's shares beside. */
import { paint } from '../cli/colour.ts'
import { cautions, percent, points, shareMargin } from '../flame/caption.ts'
import { type Group, groupName } from '../flame/groups.ts'
import { type Role, roles } from '../flame/roles.ts'
import { builtinsOfCallers } from '../flame/v8-profiles.ts'
import { figures, wrap } from './format.ts'
import type { StageReport } from './stage-report.ts'

const BAR = 30

/**
 * A line per role, then what the profile does not show.
 * @param options.intervals adds the 95 % interval of each share, in percent points
 * @param options.ownRun says that the figures beside it are of another run
 * @param options.layers of a program that is no stage, as `legend` returns them: in place of the roles
 */
export function shareLines(
  profile: StageReport['profile'],
  {
    intervals = false,
    layers,
    ownRun = false,
  }: {
    intervals?: boolean
    layers?: readonly { role: Group; share: number }[]
    ownRun?: boolean
  } = {},
): string[] {
  const { shares, route, samples, quality } = profile
  const seconds = figures(profile.windowSeconds)
  const lines = [
    paint.dim(
      `Where the time goes, by ${route.source}${ownRun ? ' in a separate run' : ''}: ${samples} samples in ${seconds} s`,
    ),
  ]
  const shown = new Set<Role>()
  const shareText = (share: number) => {
    const text = percent(share, samples).padStart(7)
    return intervals ? text + ` ± ${points(shareMargin(share, samples))}`.padEnd(6) : text
  }
  const shareLine = (group: Group, share: number, note = '', width = 13) => {
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(1)
    return `  ${groupName(group).padEnd(width)}${shareText(share)}  ${bar}${paint.dim(note)}`.trimEnd()
  }
  const roleLine = (role: Role) => {
    shown.add(role)
    const kernel = shares.kernelByRole[role]
    const note = kernel >= 0.01 ? `  ${percent(kernel, samples)} in the kernel` : ''
    return shareLine(role, shares.byRole[role], note)
  }
  const width = Math.max(...(layers ?? []).map(({ role }) => role.length), 17)
  if (layers !== undefined) {
    const means = profile.blind.includes(builtinsOfCallers)
      ? 'Each layer without what it calls.'
      : 'Each layer without what it calls: time of V8 is V8’s, whichever function called it.'
    lines.push(...wrap(means, '  ').map((text) => paint.dim(text)))
  }
  for (const { role, share } of layers ?? []) lines.push(shareLine(role, share, '', width))
  for (const { label, share, article, roles: members } of layers ? [] : shares.grouped) {
    for (const role of members) lines.push(roleLine(role))
    // A sum of the little that was seen must not be shown beside the article's.
    if (!shares.certain) continue
    const sum = `  = ${label}`.padEnd(28)
    const theirs = `article: ${percent(article.share)} ${article.frame}`
    lines.push(`${paint.bold(`${sum}${shareText(share)}`)}   ${theirs}`)
  }
  for (const role of layers ? [] : roles) {
    if (!shown.has(role) && (role !== 'unseen' || shares.byRole.unseen > 0)) {
      lines.push(roleLine(role))
    }
  }
  const notes = [
    ...profile.blind.map((sentence) => `not seen: ${sentence}`),
    ...cautions({ samples, ...(quality === undefined ? {} : { quality }) }),
    ...(route.source === 'cpu-prof' && route.why !== 'asked for' ? [route.why] : []),
    ...(route.remedy === undefined ? [] : [`→ ${route.remedy}`]),
    profile.check.text,
  ]
  for (const note of notes) lines.push(...wrap(note, '  ').map((text) => paint.dim(text)))
  return lines
}
