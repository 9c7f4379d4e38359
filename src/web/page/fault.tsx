/** What is shown in place of a page that has a fault: not nothing, and the way on. */
import type { ComponentChildren } from 'preact'
import { useEffect, useErrorBoundary } from 'preact/hooks'
import { Refusal } from './parts.tsx'

/** @param where of the reader; the page is drawn anew once that has changed */
export function FaultBoundary({ where, children }: { where: string; children: ComponentChildren }) {
  const [fault, forget] = useErrorBoundary((error: unknown) => console.error(error))
  useEffect(forget, [where])
  if (fault === undefined) return <>{children}</>
  return (
    <Refusal
      failure={{
        happened: 'this page has a fault, and could not be shown',
        means: String(fault instanceof Error ? fault.message : fault),
        next: 'choose another one at the side; the same is in the terminal: npm start',
      }}
    />
  )
}
