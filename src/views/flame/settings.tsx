/** How a graph is drawn: where its root is, which calls it shows, and what is left out of it. */
import { Switch } from '../parts.tsx'
import type { FlameViewData } from './flame-view-data.ts'
import type { Width } from './model.ts'
import type { RootAt } from './paint.ts'

export type Calls = 'stacks' | 'inverted'

interface Shown {
  data: FlameViewData
  rootAt: RootAt
  setRootAt: (rootAt: RootAt) => void
  calls: Calls
  setCalls: (calls: Calls) => void
  /** Of a difference. */
  width: Width
  setWidth: (width: Width) => void
  /** Whether a function that calls itself is one frame. */
  merged: boolean
  setMerged: (is: boolean) => void
  allKernel: boolean
  setAllKernel: (is: boolean) => void
}

export function Settings(shown: Shown) {
  const { data, rootAt, setRootAt, calls, setCalls, width, setWidth } = shown
  const { merged, setMerged, allKernel, setAllKernel } = shown
  return (
    <div class="flame-tools">
      <Switch
        label="Root"
        options={{ bottom: 'bottom', top: 'top' }}
        value={rootAt}
        choose={setRootAt}
      />
      <Switch
        label="Calls"
        options={{ stacks: 'normal', inverted: 'inverted' }}
        value={calls}
        choose={setCalls}
      />
      {data.kind === 'difference' ? (
        <Switch
          label="Width"
          options={{
            larger: 'larger',
            before: data.difference.before.name,
            after: data.difference.after.name,
          }}
          value={width}
          choose={setWidth}
        />
      ) : null}
      <Check id="merge-recursion" is={merged} set={setMerged}>
        merge recursion
      </Check>
      <Check id="all-kernel" is={allKernel} set={setAllKernel}>
        all kernel functions
      </Check>
    </div>
  )
}

function Check({
  id,
  is,
  set,
  children,
}: {
  id: string
  is: boolean
  set: (is: boolean) => void
  children: string
}) {
  return (
    <label class="check">
      <input
        id={id}
        type="checkbox"
        checked={is}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />{' '}
      {children}
    </label>
  )
}
