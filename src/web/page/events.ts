/** What happens while the page is open, told by the server: runs, results, the course. */
import { useEffect } from 'preact/hooks'
import type { Events } from '../api-types.ts'

type Listener<Name extends keyof Events> = (data: Events[Name]) => void

const source = new EventSource('/api/events')

/** Calls `listener` for each event of that name while the component is shown. */
export function useEvent<Name extends keyof Events>(name: Name, listener: Listener<Name>): void {
  useEffect(() => {
    const heard = (event: MessageEvent<string>) => listener(JSON.parse(event.data) as Events[Name])
    source.addEventListener(name, heard)
    return () => source.removeEventListener(name, heard)
  }, [name])
}

/** Calls `listener` with whether the server is there, whenever that changes. */
export function useConnection(listener: (there: boolean) => void): void {
  useEffect(() => {
    const here = () => listener(true)
    const gone = () => listener(source.readyState === EventSource.OPEN)
    source.addEventListener('open', here)
    source.addEventListener('error', gone)
    return () => {
      source.removeEventListener('open', here)
      source.removeEventListener('error', gone)
    }
  }, [])
}
