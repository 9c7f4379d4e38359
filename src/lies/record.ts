/** Records an exhibit anew, and holds it to what it must show: its own mistake, and no other. */
import { LabError } from '../run/lab-error.ts'
import { causes } from './causes.ts'
import type { Lie } from './lie.ts'
import { directoryOf, type Exhibit, keepExhibit } from './recording.ts'

/** A busy machine disturbs a recording as it does every other. */
const attempts = 3

/**
 * Records until the mistake is to be seen, three times at most, and keeps that.
 * @returns where it lies, relative to the checkout
 * @throws LabError where it does not come to be seen here: nothing is kept then
 */
export async function record(lie: Lie, onStep: (text: string) => void): Promise<string> {
  let why = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const exhibit = await lie.record((text) => onStep(`recording ${lie.number}: ${text}`))
    const faults = faultsOf(lie, exhibit)
    if (faults.length === 0) {
      keepExhibit(lie.number, exhibit)
      return directoryOf(lie.number)
    }
    why = faults.join(' ')
  }
  throw new LabError(
    `recording ${lie.number} did not come out as it must, ${attempts} times: ${why}`,
    {
      means:
        'as a rule something else keeps the machine busy; what was recorded before is still there',
      next: `npm run lie -- --record ${lie.number}, when nothing else runs`,
    },
  )
}

/** What keeps a recording from being the exhibit: a claim that its figures do not make, its cause missing, or another one. */
export function faultsOf(lie: Lie, exhibit: Exhibit): string[] {
  const faults = lie.holds(exhibit) ? [] : [`The claim does not hold: ${lie.claim(exhibit)}`]
  const found = causes.flatMap(({ name, examine }) => {
    const { shows, figure } = examine(exhibit)
    if (shows === (name === lie.cause)) return []
    return [`${name} ${shows ? 'shows as well' : 'does not show'}: ${figure}`]
  })
  return [...faults, ...found]
}
