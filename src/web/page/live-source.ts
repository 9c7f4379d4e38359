/** The lab's server as the source of the page's data: `npm run lab`. */
import { type ErrorBody, tokenHeader } from '../api/index.ts'
import {
  anotherLab,
  type Connection,
  type DataSource,
  labGone,
  type Order,
  Refused,
} from './source.ts'

export const liveSource: DataSource = {
  async ask<T>(path: string, order?: Order) {
    const answer = await answerTo(path, order === undefined ? {} : requestOf(order))
    return (await answer.json()) as T
  },
  getFile: async (path) => await (await answerTo(path, {})).blob(),
  follow,
}

function requestOf({ method, body }: Order): RequestInit {
  const headers = { 'content-type': 'application/json' }
  return body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
}

const withoutToken: ErrorBody = {
  error: {
    happened: 'this address lacks the token of the lab',
    means: 'without one, every page in this browser could use the lab',
    next: 'open the address that npm run lab has printed',
  },
}

/**
 * The token is in the address that was printed, and then in the storage of this tab: unlike a cookie
 * it is sent to no other server, and not to another port either. It stays neither in the address
 * that is copied nor in the history.
 */
function tokenOfTab(): string | null {
  const offered = new URLSearchParams(location.search).get('token')
  if (offered !== null) {
    sessionStorage.setItem(tokenHeader, offered)
    history.replaceState(null, '', `${location.pathname}${location.hash}`)
  }
  return sessionStorage.getItem(tokenHeader)
}

// At once: when the first data is asked for, the reader may have left this address already.
const token = tokenOfTab()

/** @throws Refused for every answer that is not 2xx, and if there is none */
async function answerTo(path: string, init: RequestInit): Promise<Response> {
  if (token === null) throw new Refused(withoutToken)
  let response: Response
  try {
    response = await fetch(path, { ...init, headers: { ...init.headers, [tokenHeader]: token } })
  } catch {
    throw new Refused({ error: labGone })
  }
  if (response.ok) return response
  if (response.status === 403) throw new Refused({ error: anotherLab })
  const body = await response.json().catch(() => ({
    error: { happened: `the lab answered ${response.status}` },
  }))
  throw new Refused(body as ErrorBody)
}

/** A server that has ended, or a machine that slept, is asked again after this, ms. */
const AGAIN_MS = 1000

async function follow(
  hear: (line: string) => void,
  isThere: (there: Connection) => void,
): Promise<void> {
  for (;;) {
    try {
      const { body } = await answerTo('/api/events', {})
      isThere('there')
      await readLines(body!, hear)
    } catch (failure) {
      // Without the right token it is never let in; the page says so.
      if (failure instanceof Refused && failure.failure !== labGone) {
        if (failure.failure === anotherLab) isThere('another lab')
        return
      }
    }
    isThere('gone')
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

async function readLines(body: ReadableStream, onLine: (line: string) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (text + value).split('\n')
    text = lines.pop()!
    for (const line of lines) onLine(line)
  }
}
