/** The roles, or layers, that have time in a graph: their colours, their shares, and one of them alone. */
import { type Group, groupMeaning, groupName } from '../../flame/groups.ts'
import type { Model } from './model.ts'
import { colourOn, type Palette } from './paint.ts'

interface Shown {
  model: Model
  /** Undefined: the colours of the graph mean something else. */
  palette: Palette | undefined
  /** The one that is seen alone. */
  role: Group | undefined
  setRole: (role: Group | undefined) => void
}

export function Legend({ model, palette, role, setRole }: Shown) {
  return (
    <fieldset
      class="legend"
      aria-label={`${model.groupWord === 'role' ? 'Roles' : 'Layers'}: press one to see it alone`}
    >
      {model.roles.map(({ role: one, text }) => (
        <button
          key={one}
          type="button"
          title={groupMeaning(one)}
          aria-pressed={one === role}
          onClick={() => setRole(one === role ? undefined : one)}
        >
          {palette === undefined ? null : <i style={{ background: colourOn(one, palette) }} />}
          {groupName(one)} {text}
        </button>
      ))}
    </fieldset>
  )
}
