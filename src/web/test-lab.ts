/** For tests: a separate lab, whose runs are small programs, and a client in place of a browser. */
import { mkdtempSync, rmSync } from 'node:fs'
import { get, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Events, tokenHeader } from './api/index.ts'
import { type Here, lookAround } from './lab-data.ts'
import { type LabOptions, startLab } from './start-lab.ts'

export interface TestLab {
  origin: string
  url: string
  token: string
  port: number
  /** Its `.lab`, `running`, `results` and `mine`. */
  home: string
  /** Asks as the page does, with the token. */
  ask(path: string, init?: Asking): Promise<Answer>
  /** POST of JSON, as the page does. */
  post(path: string, body: unknown): Promise<Answer>
  /** PUT, likewise. */
  put(path: string, body: unknown): Promise<Answer>
  /** Asks with just these headers, to a path that is sent as it is. */
  raw(path: string, headers: Record<string, string>, method?: string): Promise<Answer>
  close(): Promise<void>
}

interface Asking {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is, the test says what it must be
  json(): any
}

/** A tiny page, to bundle nothing in each test. */
const emptyBundle = { html: '<!doctype html><title>page</title>', files: new Map() }

/** Programs of a lab whose lessons are as short as they can be: their results go to `results`. */
export function shortPrograms(results: string): NonNullable<LabOptions['programs']> {
  return ({ script, words, prints }) => {
    if (script.endsWith('lesson-process.ts')) {
      return ['--import', 'tsx', 'src/web/short-lesson.ts', ...words, results]
    }
    // The command of a finding takes a minute; what the page does with its words is the same.
    if (prints === 'text') return ['-e', `console.log('checked by', ${JSON.stringify(script)})`]
    return ['--import', 'tsx', script, ...words]
  }
}

/** Programs are started to find it out, so once is enough. */
let here: Here | undefined

export async function startTestLab(options: LabOptions = {}): Promise<TestLab> {
  const home = mkdtempSync(join(tmpdir(), 'lab page '))
  here ??= lookAround()
  const lab = await startLab({
    bundle: emptyBundle,
    here,
    course: join(home, 'lab'),
    running: join(home, 'running'),
    places: [join(home, 'results')],
    copies: home,
    ...options,
  })
  const { origin, token } = lab
  const port = Number(new URL(origin).port)
  const own = { host: `127.0.0.1:${port}`, [tokenHeader]: token }
  const send = (path: string, { method = 'GET', headers = {}, body }: Asking) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, async (answer) => {
        let text = ''
        for await (const piece of answer.setEncoding('utf8')) text += piece
        const { statusCode = 0, headers } = answer
        resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) })
      })
      asked.on('error', reject)
      asked.end(body)
    })
  const sendJson = (method: string) => (path: string, body: unknown) => {
    const headers = { ...own, origin, 'content-type': 'application/json' }
    return send(path, { method, headers, body: JSON.stringify(body) })
  }
  return {
    ...lab,
    port,
    home,
    ask: (path, init = {}) => send(path, { ...init, headers: { ...own, ...init.headers } }),
    post: sendJson('POST'),
    put: sendJson('PUT'),
    raw: (path, headers, method = 'GET') =>
      send(path, { method, headers: { host: own.host, ...headers } }),
    async close() {
      await lab.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export type Event = { [Name in keyof Events]: { name: Name; data: Events[Name] } }[keyof Events]

export interface Followed {
  /** All that came so far. */
  seen: Event[]
  /** Resolves with the first event, of those that came too, that is as wanted. */
  until(wanted: (event: Event) => boolean): Promise<Event>
  close(): void
}

/** Begins to follow a lab's events; resolves when the server has answered. */
export async function followEvents(port: number, token: string): Promise<Followed> {
  const seen: Event[] = []
  const waiting = new Set<() => void>()
  const headers = { [tokenHeader]: token }
  const asked = get({ host: '127.0.0.1', port, path: '/api/events', headers })
  const answered = Promise.withResolvers<void>()
  asked.on('error', answered.reject)
  asked.on('response', (answer) => {
    answered.resolve()
    let text = ''
    answer.setEncoding('utf8').on('data', (piece: string) => {
      const lines = (text + piece).split('\n')
      text = lines.pop()!
      for (const line of lines) seen.push(JSON.parse(line) as Event)
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
