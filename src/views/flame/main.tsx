/** The flame graph in a separate file; the URL keeps the frame that is zoomed to. */
import { useEffect, useState } from 'preact/hooks'
import { showAlone } from '../show-alone.tsx'
import { FlameView } from './flame-view.tsx'
import type { FlameViewData } from './flame-view-data.ts'
import '../theme.css'
import './flame.css'

function FlameFile({ data }: { data: FlameViewData }) {
  const [at, setAt] = useState(stackInAddress)
  useEffect(() => {
    const changed = () => setAt(stackInAddress())
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  const go = (stack: string | undefined) => {
    location.hash = stack === undefined ? '' : new URLSearchParams({ stack }).toString()
  }
  return <FlameView data={data} at={at} go={go} />
}

function stackInAddress(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('stack') ?? undefined
}

showAlone(FlameFile)
