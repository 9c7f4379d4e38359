/** A file of a copy in the page: what was loaded, what became of it, and what is on disk by now. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure, TaskFile } from '../../api/index.ts'
import { get, path, put, Refused, useEvent } from '../lab.ts'

export interface Edited {
  /** What the reader began to change. */
  base: TaskFile
  /** What is in the editor. */
  text: string
  /** What another editor has made of it meanwhile; undefined if there is nothing to choose. */
  other: TaskFile | undefined
}

/** A text that was not saved, as the storage of the tab has it. */
export interface Unsaved {
  /** Of the file that was changed. */
  version: string
  text: string
}

export function isChanged({ base, text, other }: Edited): boolean {
  return other !== undefined || text !== base.text
}

/**
 * What becomes of an edited file when it is read from the disk. A text that was not changed here
 * follows the disk; one that was changed is never replaced.
 */
export function meet(edited: Edited, disk: TaskFile): Edited {
  const { base, text } = edited
  if (text === disk.text || text === base.text) {
    return { base: disk, text: disk.text, other: undefined }
  }
  return disk.version === base.version
    ? { ...edited, other: undefined }
    : { base, text, other: disk }
}

/** The first look at a file, with what was not saved before a reload. */
export function open(disk: TaskFile, unsaved: Unsaved | undefined): Edited {
  if (unsaved === undefined || unsaved.text === disk.text) {
    return { base: disk, text: disk.text, other: undefined }
  }
  const isSame = unsaved.version === disk.version
  const base = isSame ? disk : { ...disk, version: unsaved.version }
  return { base, text: unsaved.text, other: isSame ? undefined : disk }
}

export interface EditedFile {
  /** Undefined while it loads. */
  edited: Edited | undefined
  /** Another number whenever the text was replaced by what is on disk. */
  loads: number
  failure: Failure | undefined
  change(text: string): void
  /**
   * Writes it, if it was changed.
   * @param over what was seen on disk, and may be replaced
   * @returns whether the disk has now what the editor has
   */
  save(over?: TaskFile): Promise<boolean>
  /** Takes what is on disk, and drops what was changed here. */
  takeOther(): void
}

/**
 * @param task its id
 * @param name of the file; another one needs another component (`key`)
 */
export function useTaskFile(task: string, name: string): EditedFile {
  const [edited, setEdited] = useState<Edited>()
  const [loads, setLoads] = useState(0)
  const [failure, setFailure] = useState<Failure>()
  // The latest state, for answers and events that arrive later.
  const latest = useRef<Edited>(undefined)
  const address = path(['task', task, 'file', name])
  const set = (next: Edited, isTyped = false) => {
    if (!isTyped && next.text !== latest.current?.text) setLoads((times) => times + 1)
    latest.current = next
    setEdited(next)
    keepUnsaved(task, next)
  }
  const refuse = (error: unknown) => {
    if (!(error instanceof Refused)) throw error
    const { current } = error.body
    if (current !== undefined && latest.current !== undefined) set(meet(latest.current, current))
    else setFailure(error.failure)
  }
  const load = async () => {
    try {
      const disk = await get<TaskFile>(address)
      setFailure(undefined)
      set(
        latest.current === undefined
          ? open(disk, readUnsaved(task, name))
          : meet(latest.current, disk),
      )
    } catch (error) {
      refuse(error)
    }
  }
  useEffect(() => void load(), [])
  useEvent('copy', ({ task: of, files }) => {
    const known = latest.current?.other ?? latest.current?.base
    if (of === task && files[name] !== known?.version) void load()
  })
  return {
    edited,
    loads,
    failure,
    change(text) {
      const now = latest.current
      if (now !== undefined && text !== now.text) set({ ...now, text }, true)
    },
    async save(over) {
      const now = latest.current
      if (now === undefined) return false
      if (!isChanged(now)) return true
      const { version } = over ?? now.base
      try {
        setFailure(undefined)
        const saved = await put<TaskFile>(address, { text: now.text, version })
        // The reader may have typed on meanwhile.
        set({ base: saved, text: latest.current!.text, other: undefined })
        return true
      } catch (error) {
        refuse(error)
        return false
      }
    },
    takeOther() {
      const { other } = latest.current ?? {}
      if (other !== undefined) set({ base: other, text: other.text, other: undefined })
    },
  }
}

function storageName(task: string, name: string): string {
  return `task ${task} ${name}`
}

/** A reload, or another place of the page, loses nothing; a closed tab does. */
function keepUnsaved(task: string, edited: Edited): void {
  const key = storageName(task, edited.base.name)
  try {
    if (!isChanged(edited)) return sessionStorage.removeItem(key)
    const unsaved: Unsaved = { version: edited.base.version, text: edited.text }
    sessionStorage.setItem(key, JSON.stringify(unsaved))
  } catch {
    // The browser saves nothing for this page.
  }
}

/** What was typed in this tab and is in no file yet, of all tasks. */
export function unsavedTexts(): { file: string; text: string }[] {
  try {
    return Object.keys(sessionStorage).flatMap((key) => {
      const [, task = '', name = ''] = /^task (\S+) (\S+)$/.exec(key) ?? []
      const unsaved = readUnsaved(task, name)
      return unsaved === undefined ? [] : [{ file: `mine/${task}/${name}`, text: unsaved.text }]
    })
  } catch {
    return []
  }
}

function readUnsaved(task: string, name: string): Unsaved | undefined {
  try {
    const text = sessionStorage.getItem(storageName(task, name))
    return text === null ? undefined : (JSON.parse(text) as Unsaved)
  } catch {
    return undefined
  }
}
