/** For tests: a lab of its own, whose runs are small programs, and a browser that is none. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Here, lookAround } from './lab-data.ts'
import { type LabOptions, startLab } from './serve.ts'

export interface FakeLab {
  origin: string
  url: string
  token: string
  port: number
  /** Its `.lab`, `running` and `results`. */
  home: string
  /** Asks as the page does, with the cookie. */
  ask(path: string, init?: Asking): Promise<Answer>
  /** POST of JSON, as the page does. */
  post(path: string, body: unknown): Promise<Answer>
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

/** A page that is not put together anew for each test. */
const emptyBundle = { html: '<!doctype html><title>page</title>', files: new Map() }

/** Programs are started to find it out, so once is enough. */
let here: Here | undefined

export async function startFakeLab(options: LabOptions = {}): Promise<FakeLab> {
  const home = mkdtempSync(join(tmpdir(), 'lab page '))
  here ??= lookAround()
  const lab = await startLab({
    bundle: emptyBundle,
    here,
    course: join(home, 'lab'),
    running: join(home, 'running'),
    places: [join(home, 'results')],
    ...options,
  })
  const { origin, token } = lab
  const port = Number(new URL(origin).port)
  const host = `127.0.0.1:${port}`
  const cookie = `lab-${port}=${token}`
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
  return {
    ...lab,
    port,
    home,
    ask: (path, init = {}) => send(path, { ...init, headers: { host, cookie, ...init.headers } }),
    post: (path, body) => {
      const headers = { host, cookie, origin, 'content-type': 'application/json' }
      return send(path, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    raw: (path, headers, method = 'GET') => send(path, { method, headers: { host, ...headers } }),
    async close() {
      await lab.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
