/** The roles with their colours and shares; one that is pressed is alone in colour. */
import { percent } from '../../../flame/caption.ts'
import type { Role } from '../../../flame/roles.ts'
import { useLab } from '../data.ts'

interface Shown {
  shares: readonly { role: Role; share: number }[]
  /** The one that is pressed. */
  role: Role | undefined
  choose: (role: Role | undefined) => void
}

export function Legend({ shares, role: chosen, choose }: Shown) {
  const { roles } = useLab()
  return (
    <fieldset class="legend" aria-label="Roles: press one to see it alone">
      {shares.map(({ role, share }) => {
        const known = roles.find((one) => one.role === role)
        return (
          <button
            key={role}
            type="button"
            title={known?.means}
            aria-pressed={role === chosen}
            onClick={() => choose(role === chosen ? undefined : role)}
          >
            <i style={{ background: known?.colour }} />
            {role} {percent(share)}
          </button>
        )
      })}
    </fieldset>
  )
}
