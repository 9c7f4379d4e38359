/**
 * Events for the page, as they happen. While a page listens, three things are checked three times
 * a second: the files of the commands that run, whether results came or went, and the copies that
 * the page has shown; some tens of µs each time, and nothing at all when no page is open.
 */
import type { Events } from './api/index.ts'

export type Send = <Name extends keyof Events>(name: Name, data: Events[Name]) => void

export interface Feed {
  /** Sends what there is now, and from then on what changes; returns what ends it. */
  listen(send: Send): () => void
  /** Sends something to all. */
  send: Send
  /** Something has changed that no check would find, or not soon. */
  look(): void
}

export interface Sources {
  runs(): Events['runs']
  /** Another one whenever the results are. */
  resultsState(): string
  results(): Promise<Events['results']>
  /** Copies with files that have changed since the last call. */
  copies(): Events['copy'][]
}

const LOOK_MS = 300

export function createFeed(sources: Sources): Feed {
  const listeners = new Set<Send>()
  let timer: NodeJS.Timeout | undefined
  let saidRuns = ''
  let resultsState = ''
  let saidResults = ''
  const send: Send = (name, data) => {
    for (const send of listeners) send(name, data)
  }
  const look = () => {
    if (listeners.size === 0) return
    const runs = sources.runs()
    const text = JSON.stringify(runs)
    if (text !== saidRuns) {
      saidRuns = text
      send('runs', runs)
    }
    for (const copy of sources.copies()) send('copy', copy)
    const state = sources.resultsState()
    if (state === resultsState) return
    resultsState = state
    sources.results().then(
      (list) => {
        // A run that begins to write its results changes the place, and none of them.
        const names = list.map(({ id }) => id).join(' ')
        if (names !== saidResults) send('results', list)
        saidResults = names
      },
      // A listing that fails is asked for again when something changes.
      () => {},
    )
  }
  return {
    send,
    look,
    listen(send) {
      if (listeners.size === 0) resultsState = sources.resultsState()
      listeners.add(send)
      const runs = sources.runs()
      saidRuns = JSON.stringify(runs)
      send('runs', runs)
      timer ??= setInterval(look, LOOK_MS)
      return () => {
        listeners.delete(send)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
