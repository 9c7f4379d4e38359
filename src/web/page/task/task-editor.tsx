/** A file in the editor: whether it is saved, and the choice when it was changed on disk as well. */
import { structuredPatch } from 'diff'
import type { ComponentType } from 'preact'
import { useId } from 'preact/hooks'
import { Scroll } from '../../../views/parts.tsx'
import type { TaskFile } from '../../api/index.ts'
import { Lazy, Refusal, Waiting } from '../parts.tsx'
import type { CodeShown } from './code-editor.tsx'
import type { AskedPlace } from './file-places.tsx'
import { type EditedFile, isChanged } from './task-file.ts'

/** An exported page has nothing to edit, and is spared the editor's 400 kB. */
const load: () => Promise<ComponentType<CodeShown>> =
  process.env.LAB_PAGE === 'exported'
    ? () => Promise.reject(new Error('no editor in an exported page'))
    : () => import('./code-editor.tsx').then((file) => file.CodeEditor)

interface EditorShown {
  file: EditedFile
  label: string
  /** What to have in view at first; '' for the beginning. */
  region: string
  /** The place that the reader asked for; undefined: none. */
  asked: AskedPlace | undefined
}

export function TaskEditor({ file, label, region, asked }: EditorShown) {
  const { edited, loads, failure } = file
  const help = useId()
  const refusal = failure === undefined ? null : <Refusal failure={failure} />
  if (edited === undefined) return refusal ?? <Waiting />
  const changed = isChanged(edited)
  const props: CodeShown = {
    ...{ label, help, region, asked, loads, text: edited.text, change: file.change },
    save: () => void file.save(),
  }
  return (
    <>
      <Lazy load={load} props={props} />
      <p class="fields">
        <button
          type="button"
          disabled={!changed || edited.other !== undefined}
          onClick={() => file.save()}
        >
          Save
        </button>
        <span role="status" class="dim small">
          {edited.other !== undefined
            ? 'Changed here and on disk.'
            : changed
              ? 'Not saved yet; a reload loses nothing.'
              : 'Saved.'}
        </span>
        <span class="dim small" id={help}>
          Ctrl-S saves. Escape, then Tab, leaves the editor.
        </span>
      </p>
      {refusal}
      {edited.other === undefined ? null : (
        <Conflict
          here={edited.text}
          disk={edited.other}
          mine={() => file.save(edited.other)}
          theirs={file.takeOther}
        />
      )}
    </>
  )
}

interface ConflictShown {
  here: string
  disk: TaskFile
  mine: () => void
  theirs: () => void
}

function Conflict({ here, disk, mine, theirs }: ConflictShown) {
  const { hunks } = structuredPatch('', '', disk.text, here, '', '', { context: 2 })
  const lines = hunks.flatMap(({ lines }, at) => [...(at === 0 ? [] : ['…']), ...lines])
  return (
    <div class="refusal" role="alert">
      <p>
        <b>✗ {disk.name} was changed on disk, and here.</b> Nothing has been overwritten. Which of
        the two is to stay?
      </p>
      <Scroll label={`${disk.name} on disk and here`}>
        <DiffLines lines={['− only on disk', '+ only here', '', ...lines]} />
      </Scroll>
      <p class="fields">
        <button type="button" onClick={mine}>
          Save what is here over it
        </button>
        <button type="button" onClick={theirs}>
          Take what is on disk
        </button>
      </p>
    </div>
  )
}

/** Lines of a difference, each with its sign in front. */
function DiffLines({ lines }: { lines: readonly string[] }) {
  return (
    <pre class="diff-lines">
      {lines.map((line, at) => {
        const sign = line[0]
        const kind = sign === '+' ? 'added' : sign === '-' || sign === '−' ? 'removed' : undefined
        return (
          <span key={at} class={kind}>
            {line}
            {'\n'}
          </span>
        )
      })}
    </pre>
  )
}
