/**
 * What the frames of a tree are coloured and counted by: roles for a stage, which the lab knows, and
 * layers for any other program. Only this file distinguishes the two; the group of a frame is
 * its `role` in either case. No role has the name of a layer with another meaning.
 */
import { roleColours } from './colours.ts'
import {
  isFixedLayer,
  type Layer,
  layerColours,
  layerMeanings,
  layerOrder,
  packageColour,
} from './layers.ts'
import { type Role, roleMeanings, roles } from './roles.ts'

export type Group = Role | Layer

/** `layers`; absent: roles, as in all recordings of stages. */
export interface Grouped {
  grouping?: 'layers'
}

/** What a group is called: `role`, `layer`. */
export function groupWord({ grouping }: Grouped): 'role' | 'layer' {
  return grouping === 'layers' ? 'layer' : 'role'
}

/** What is shown for a group: in recordings the role of time that was not seen is `unseen`. */
export function groupName(group: Group): string {
  return group === 'unseen' ? 'not seen' : group
}

export function groupColour(group: Group): string {
  if (isRole(group)) return roleColours[group]
  return isFixedLayer(group) ? layerColours[group] : packageColour(group)
}

export function groupMeaning(group: Group): string {
  if (isRole(group)) return roleMeanings[group]
  return isFixedLayer(group) ? layerMeanings[group] : `the package ${group} in node_modules`
}

export function isRole(group: Group): group is Role {
  return (roles as readonly string[]).includes(group)
}

/** The groups that have a share, in the order in which they are shown. */
export function groupOrder({ grouping }: Grouped, shares: ReadonlyMap<Group, number>): Group[] {
  return grouping === 'layers' ? layerOrder(shares) : roles.filter((role) => shares.has(role))
}

interface Counted {
  role: Group
  self: number
  children: readonly Counted[]
}

/** The self of each group, in the unit of the tree. */
export function selfByGroup(root: Counted): Map<Group, number> {
  const sums = new Map<Group, number>()
  const visit = ({ role, self, children }: Counted) => {
    sums.set(role, (sums.get(role) ?? 0) + self)
    for (const child of children) visit(child)
  }
  visit(root)
  return sums
}
