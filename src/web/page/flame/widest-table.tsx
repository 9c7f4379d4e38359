/** The frames that take most time themselves, as a table: the graph for those who do not see it. */
import { amountOf, percent } from '../../../flame/caption.ts'
import { type FrameNode, type FrameTree, labelOf } from '../../../flame/tree.ts'
import { Scroll } from '../scroll.tsx'
import { widestFrames } from './widest.ts'

export function WidestTable({ tree, open }: { tree: FrameTree; open: (frame: FrameNode) => void }) {
  const whole = tree.root.total
  return (
    <Scroll label="The ten frames with most time of their own">
      <table id="widest">
        <thead>
          <tr>
            <th scope="col">Frame</th>
            <th scope="col">Role</th>
            <th scope="col" class="figure">
              Itself
            </th>
            <th scope="col" class="figure">
              of it in the kernel
            </th>
            <th scope="col" class="figure">
              {tree.unit.counts === 'bytes' ? 'Allocated' : 'Samples'}
            </th>
          </tr>
        </thead>
        <tbody>
          {widestFrames(tree.root).map(({ frame, own, kernel }) => (
            <tr key={`${frame.role} ${labelOf(frame)}`}>
              <th scope="row">
                <button type="button" class="plain" onClick={() => open(frame)}>
                  {frame === tree.root ? 'all' : labelOf(frame)}
                </button>
              </th>
              <td>{frame.role}</td>
              <td class="figure">{percent(own / whole)}</td>
              <td class="figure">{kernel === 0 ? '–' : percent(kernel / whole)}</td>
              <td class="figure">{amountOf(tree, own).replace(' samples', '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
