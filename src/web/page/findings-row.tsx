/** One claim, what became of it, and its check. */
import type { Finding, PageRun } from '../api-types.ts'

interface RowProps {
  finding: Finding
  /** Something is under way. */
  disabled: boolean
  /** The run of this check, where it is the last one. */
  own: PageRun | null
  start(): void
  /** Goes to what the check has printed. */
  show(): void
}

export function FindingRow({ finding, disabled, own, start, show }: RowProps) {
  const { claim, verdict, measured, why, command } = finding
  return (
    <tr>
      <th scope="row">{claim}</th>
      <td>
        <span class={`verdict ${verdict.replaceAll(' ', '-')}`}>
          {marks[verdict]} {verdict}
        </span>
      </td>
      <td>
        {measured === '-' ? null : measured}
        {why === undefined ? null : <small>{why}</small>}
      </td>
      <td>
        <button
          type="button"
          disabled={disabled}
          aria-label={`Run ${command}, for: ${claim}`}
          onClick={start}
        >
          Run
        </button>
        <code>{command}</code>
        {own === null ? null : (
          <p>
            <b>{endings[own.state]}</b>{' '}
            {own.state === 'done' && own.output !== null ? (
              <button type="button" onClick={show}>
                What it printed
              </button>
            ) : null}
          </p>
        )}
      </td>
    </tr>
  )
}

/** Beside the word, which says it all. */
const marks: Record<Finding['verdict'], string> = {
  reproduced: '✓',
  'direction only': '~',
  'not reproducible here': '–',
  'beyond the article': '+',
}

const endings: Record<PageRun['state'], string> = {
  running: 'Running.',
  done: '✓ Done.',
  failed: '✗ It failed.',
  cancelled: '– Cancelled.',
}
