/** The graph as a short table: the widest frames of a profile, the largest changes of a difference. */
import { amountOf, percent } from '../../flame/caption.ts'
import {
  type Change,
  changes,
  type Difference,
  doubtText,
  isByShare,
  noChange,
  unitText,
} from '../../flame/difference.ts'
import { groupName, groupWord } from '../../flame/groups.ts'
import { amount, signed } from '../../flame/text.ts'
import type { FrameNode, FrameTree } from '../../flame/tree.ts'
import { Scroll } from '../parts.tsx'
import { nameOf } from './frames.ts'
import { widestFrames } from './model.ts'

/** @param open shows the callers and callees of the function with this kind and label */
export function WidestTable({
  tree,
  open,
}: {
  tree: FrameTree
  open: (frame: { kind: FrameNode['kind']; label: string }) => void
}) {
  const whole = tree.root.total
  const bytes = tree.unit.counts === 'bytes'
  return (
    <>
      <h2>The ten functions with most {bytes ? 'allocations' : 'time'} of their own</h2>
      <p class="lead">
        Self, summed over all callers.{' '}
        {bytes ? '' : 'What the kernel did for a function counts as its own.'}
      </p>
      <Scroll label="The ten functions with the largest self">
        <table id="widest">
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col">{groupWord(tree) === 'role' ? 'Role' : 'Layer'}</th>
              <th scope="col" class="figure">
                Self
              </th>
              <th scope="col" class="figure">
                of it in the kernel
              </th>
              <th scope="col" class="figure">
                {amountHead(tree)}
              </th>
            </tr>
          </thead>
          <tbody>
            {widestFrames(tree.root).map(({ frame, label, self, kernel }) => (
              <tr key={`${frame.role} ${label}`}>
                <th scope="row">
                  {label === 'all' ? (
                    'all'
                  ) : (
                    <button
                      type="button"
                      class="plain"
                      onClick={() => open({ kind: frame.kind, label })}
                    >
                      {label}
                    </button>
                  )}
                </th>
                <td>{groupName(frame.role)}</td>
                <td class="figure">{percent(self / whole, tree.samples)}</td>
                <td class="figure">{kernel === 0 ? '–' : percent(kernel / whole, tree.samples)}</td>
                <td class="figure">{amountOf(tree, self).replace(/ samples?/, '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

/** Over a column of `amountOf`. */
function amountHead({ file, unit }: FrameTree): string {
  if (unit.counts === 'bytes') return 'Allocated'
  return file !== undefined && unit.of === 'µs' ? 'Time' : 'Samples'
}

export function ChangesTable({ difference }: { difference: Difference }) {
  const { before, after, unit } = difference
  const list = changes(difference)
  const unsure = list.some(({ certain }) => !certain)
  if (list.length === 0) {
    return (
      <>
        <h2>What changed most</h2>
        <p class="lead">{noChange}</p>
      </>
    )
  }
  return (
    <>
      <h2>What changed most</h2>
      <p class="lead">
        Self of each function over all its callers, with the kernel it calls; {unitText(unit)}.
        {isByShare(difference) ? '' : ` In all: ${signed(after.total - before.total)}.`}
        {unsure ? ` ~: ${doubtText(difference)}.` : ''}
      </p>
      <Scroll label="What changed most">
        <table id="changes">
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col">{groupWord(difference) === 'role' ? 'Role' : 'Layer'}</th>
              <th scope="col" class="figure">
                {before.name}
              </th>
              <th scope="col" class="figure">
                {after.name}
              </th>
              <th scope="col" class="figure">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((one) => (
              <tr key={`${one.role} ${one.kind} ${one.file} ${one.name}`}>
                <th scope="row">
                  <code>{nameOf(one)}</code>
                  {withKernel(one) ? ', with the kernel it calls' : ''}
                </th>
                <td>{groupName(one.role)}</td>
                <td class="figure">{amount(one.before)}</td>
                <td class="figure">{amount(one.after)}</td>
                <td class="figure">
                  {one.certain ? '' : '~ '}
                  {one.change > 0 ? '▲' : '▼'} {signed(one.change)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

function withKernel({ kernel }: Change): boolean {
  return kernel.before + kernel.after > 0
}
