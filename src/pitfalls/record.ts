/** Records a pitfall, and checks that the recording shows it, and no other. */
import { LabError } from '../run/lab-error.ts'
import { pitfalls, type RecordedPitfall } from './pitfalls.ts'
import { directoryOf, type Recording, saveRecording } from './recording.ts'

const attempts = 3

/**
 * Records until the pitfall shows, three times at most, and saves that.
 * @returns the directory, relative to the checkout
 * @throws LabError if it does not show here: nothing is saved then
 */
export async function record(
  { lie, name }: RecordedPitfall,
  onStep: (text: string) => void,
): Promise<string> {
  if (process.platform !== 'linux') {
    throw new LabError('recordings are made on Linux', {
      means: 'only Linux counts the threads and system calls of a process',
      next: `npm run lie -- ${lie.number} shows what was recorded`,
    })
  }
  let why = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const recording = await lie.record((text) => onStep(`recording ${lie.number}: ${text}`))
    const faults = faultsOf({ lie, name }, recording)
    if (faults.length === 0) {
      saveRecording(lie.number, recording)
      return directoryOf(lie.number)
    }
    why = faults.join(' ')
  }
  throw new LabError(
    `recording ${lie.number} did not show its pitfall, ${attempts} times: ${why}`,
    {
      means: 'other programs keep the machine busy; the previous recording is still there',
      next: `npm run lie -- --record ${lie.number}, when nothing else runs`,
    },
  )
}

/** Why a recording is not fit to be judged: its claim is not in the figures, or it shows another pitfall. */
export function faultsOf(
  { lie, name }: Pick<RecordedPitfall, 'lie' | 'name'>,
  recording: Recording,
): string[] {
  const claim = lie.holds(recording) ? [] : [`The claim does not hold: ${lie.claim(recording)}`]
  const others = pitfalls.flatMap((pitfall) => {
    const { shows, figure } = pitfall.examine(recording)
    if (shows === (pitfall.name === name)) return []
    return [`${pitfall.name} ${shows ? 'shows as well' : 'does not show'}: ${figure}`]
  })
  return [...claim, ...others]
}
