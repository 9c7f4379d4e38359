/** A component whose code is loaded when it is first shown. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface Loading<Props> {
  load: () => Promise<ComponentType<Props>>
  props: Props
}

export function Lazy<Props extends object>({ load, props }: Loading<Props>) {
  const [loaded, setLoaded] = useState<{ Shown: ComponentType<Props> }>()
  useEffect(() => {
    let wanted = true
    load().then((Shown) => wanted && setLoaded({ Shown }))
    return () => {
      wanted = false
    }
  }, [])
  if (loaded === undefined) return <p class="waiting">A moment.</p>
  const { Shown } = loaded
  return <Shown {...props} />
}
