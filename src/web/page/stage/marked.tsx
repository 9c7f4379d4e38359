/** A sentence of the lab's data, in which what stands between backticks is code. */
export function Marked({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>
  )
}
