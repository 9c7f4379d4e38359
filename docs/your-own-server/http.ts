/** What the shop needs of a web framework: routes with parameters, middleware, errors, JSON. */
import type { RequestListener } from 'node:http'

export interface Request {
  method: string
  path: string
  /** What stands for `:id` in the route's path. */
  params: Readonly<Record<string, string>>
  query: URLSearchParams
}

export interface Reply {
  status: number
  body: unknown
  headers?: Readonly<Record<string, string>>
}

export type Handler = (request: Request) => Reply | Promise<Reply>
export type Middleware = (next: Handler) => Handler

/** An error that is the client's to read. */
export class HttpError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function reply(body: unknown, status = 200): Reply {
  return { status, body }
}

interface Route {
  parts: readonly string[]
  handler: Handler
}

export class Router {
  readonly #routes: Route[] = []

  get(path: string, handler: Handler): this {
    this.#routes.push({ parts: path.split('/'), handler })
    return this
  }

  readonly handle: Handler = (request) => {
    if (request.method !== 'GET') throw new HttpError(405, `${request.method} is not allowed`)
    const parts = request.path.split('/')
    for (const route of this.#routes) {
      const params = match(route.parts, parts)
      if (params !== undefined) return route.handler({ ...request, params })
    }
    throw new HttpError(404, `there is no ${request.path}`)
  }
}

function match(
  wanted: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  if (wanted.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = parts[at]!
    else if (part !== parts[at]) return undefined
  }
  return params
}

export const withErrors: Middleware = (next) => async (request) => {
  try {
    return await next(request)
  } catch (error) {
    if (error instanceof HttpError) return reply({ error: error.message }, error.status)
    console.error(error)
    return reply({ error: 'something went wrong' }, 500)
  }
}

/** Makes Node's listener of a handler. */
export function asListener(handler: Handler): RequestListener {
  return async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://shop')
    const request = { method: incoming.method ?? 'GET', path: pathname, query: searchParams }
    const { status, body, headers } = await handler({ ...request, params: {} })
    const text = JSON.stringify(body)
    outgoing.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    outgoing.end(text)
  }
}
