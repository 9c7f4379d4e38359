/** How a profile was taken, what it does not show, and whether the operating system agrees. */
import { besideArticle, blindness, provenance } from '../../../flame/caption.ts'
import type { FrameTree } from '../../../flame/tree.ts'
import type { StageReport } from '../../wire.ts'

interface Shown {
  tree: FrameTree
  /** Null for a result that holds a flame graph alone. */
  profile: StageReport['profile'] | null
}

export function ProfileNotes({ tree, profile }: Shown) {
  const article = besideArticle(tree)
  const missing = blindness(tree)
  return (
    <section class="profile-notes" id="profile-notes" aria-label="How far the graph can be trusted">
      {article === '' ? null : <p>{article}</p>}
      <p>
        {provenance(tree, { title: '', workload: '' })} <span class="dim">({tree.method})</span>
      </p>
      {missing === '' ? null : <p>{missing}</p>}
      {profile === null ? null : (
        <p>
          {mark(profile.check.agrees)} Held against the operating system's accounting:{' '}
          {profile.check.text}.
        </p>
      )}
      {profile === null ? null : <Route route={profile.route} />}
    </section>
  )
}

function mark(agrees: boolean | undefined): string {
  return agrees === undefined ? '–' : agrees ? '✓' : '✗'
}

/** Why it was not taken by the better profiler, and what would open that one. */
function Route({ route: { source, why, remedy } }: { route: StageReport['profile']['route'] }) {
  const parts = [source === '0x' ? why : '', remedy === undefined ? '' : `→ ${remedy}`]
  const text = parts.filter((part) => part !== '').join(' ')
  return text === '' ? null : <p>{text}</p>
}
