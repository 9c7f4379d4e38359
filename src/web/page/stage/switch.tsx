/** A choice between a few words, of which one holds. */
interface Shown<Name extends string> {
  label: string
  options: Record<Name, string>
  value: Name
  choose: (name: Name) => void
}

export function Switch<Name extends string>({ label, options, value, choose }: Shown<Name>) {
  return (
    <fieldset class="switch" aria-label={label}>
      <span class="dim" aria-hidden="true">
        {label}
      </span>
      {(Object.entries(options) as [Name, string][]).map(([name, text]) => (
        <button key={name} type="button" aria-pressed={name === value} onClick={() => choose(name)}>
          {text}
        </button>
      ))}
    </fieldset>
  )
}
