/** The frames that changed most between two profiles. */
import type { Change } from '../../../flame/difference.ts'
import { amount, signed } from '../../../flame/text.ts'
import { Scroll } from '../scroll.tsx'
import { nameOf } from './difference-words.ts'

export function ChangesTable({ list }: { list: readonly Change[] }) {
  return (
    <Scroll label="What changed most">
      <table id="changes">
        <thead>
          <tr>
            <th scope="col">Frame</th>
            <th scope="col">Role</th>
            <th scope="col" class="figure">
              Before
            </th>
            <th scope="col" class="figure">
              After
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
                {one.kernel.before + one.kernel.after > 0 ? ', with the kernel below it' : ''}
                {one.certain ? null : <small>may be chance</small>}
              </th>
              <td>{one.role}</td>
              <td class="figure">{amount(one.before)}</td>
              <td class="figure">{amount(one.after)}</td>
              <td class="figure">
                {one.change > 0 ? '▲' : '▼'} {signed(one.change)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
