/** A file that the reader drops on the window. */
import { useEffect, useState } from 'preact/hooks'

/**
 * Lets the reader drop a file anywhere on the window; without it the browser would leave the page.
 * @returns whether a file is above the window
 */
export function useDroppedFile(take: (file: File) => void): boolean {
  const [isAbove, setIsAbove] = useState(false)
  useEffect(() => {
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setIsAbove(true)
    }
    const left = (event: DragEvent) => {
      // Left for nothing, not for another part of the page.
      if (event.relatedTarget === null) setIsAbove(false)
    }
    const dropped = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setIsAbove(false)
      const [file] = event.dataTransfer?.files ?? []
      if (file !== undefined) take(file)
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', left)
    addEventListener('drop', dropped)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', left)
      removeEventListener('drop', dropped)
    }
  }, [take])
  return isAbove
}
