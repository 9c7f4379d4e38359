/** A choice that this browser remembers. */
import { useEffect, useState } from 'preact/hooks'

/**
 * The choice as the reader left it, in localStorage.
 * @param name of it there
 * @param values what may be chosen; the first one if nothing is saved
 */
export function useSaved<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): [value: Value, choose: (value: Value) => void] {
  const [value, choose] = useState(() => {
    try {
      const saved = localStorage.getItem(name)
      return values.find((one) => one === saved) ?? values[0]
    } catch {
      return values[0]
    }
  })
  useEffect(() => {
    try {
      localStorage.setItem(name, value)
    } catch {
      // Storage is not allowed: then it is not remembered.
    }
  }, [value])
  return [value, choose]
}
