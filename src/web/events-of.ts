/** For tests: follows the lab's events as a browser does. */
import { get } from 'node:http'
import type { Events } from './api-types.ts'

export type Event = { [Name in keyof Events]: { name: Name; data: Events[Name] } }[keyof Events]

export interface Followed {
  /** All that came so far. */
  seen: Event[]
  /** Resolves with the first event, of those that came too, that is as wanted. */
  until(wanted: (event: Event) => boolean): Promise<Event>
  close(): void
}

/** Begins to follow; resolves when the server has answered. */
export async function followEvents(port: number, cookie: string): Promise<Followed> {
  const seen: Event[] = []
  const waiting = new Set<() => void>()
  const path = '/api/events'
  const asked = get({ host: '127.0.0.1', port, path, headers: { cookie } })
  const answered = Promise.withResolvers<void>()
  asked.on('error', answered.reject)
  asked.on('response', (answer) => {
    answered.resolve()
    let text = ''
    answer.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      const blocks = text.split('\n\n')
      text = blocks.pop()!
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
        if (data !== undefined) seen.push({ name, data: JSON.parse(data) } as Event)
      }
      for (const look of waiting) look()
    })
    // The end of the server is the end of this.
    answer.on('error', () => {})
  })
  await answered.promise
  return {
    seen,
    until: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          const found = seen.find(wanted)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    close: () => asked.destroy(),
  }
}
