/**
 * Who may talk to the lab's server. It listens on this machine only, but so does every page in the
 * same browser, and every other user of the machine, reach it. So:
 *
 * - a random token, in the address that is printed: the first visit turns it into a cookie;
 * - `Host` must be this machine by name or number, or a foreign name that was made to lead here
 *   (DNS rebinding) would count as one origin with us;
 * - `Origin`, where it is sent, must be ours, and what changes anything must send it, as JSON: no
 *   form of a foreign page can do that;
 * - nothing that a browser says comes from another site.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

export interface Access {
  token: string
  /** Known once it listens. */
  port(): number
}

/** Cookies do not tell ports apart, and two labs may run at a time. */
export function cookieName(port: number): string {
  return `lab-${port}`
}

export function guard(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const refused = whyRefused(context, access)
    if (refused !== undefined) return refuse(context, refused)
    const { token } = access
    const name = cookieName(access.port())
    const { pathname, searchParams } = new URL(context.req.url)
    const offered = searchParams.get('token')
    if (pathname === '/' && offered !== null && context.req.method === 'GET') {
      if (!same(offered, token)) return refuse(context, 'the token in the address is not this one')
      setCookie(context, name, token, { path: '/', httpOnly: true, sameSite: 'Strict' })
      // The token is not to stay in the history, nor in the address that is copied.
      return context.redirect('/', 303)
    }
    if (!same(getCookie(context, name) ?? '', token)) return refuse(context, 'there is no token')
    return await next()
  }
}

/** What speaks against a request, whoever sends it. */
function whyRefused({ req }: Context, access: Access): string | undefined {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${access.port()}`)
  const host = req.header('host')?.toLowerCase()
  if (host === undefined || !hosts.includes(host)) return 'it was asked for under another name'
  const origin = req.header('origin')
  if (origin !== undefined && origin !== `http://${host}`) return 'it comes from another page'
  const site = req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'it comes from another site'
  }
  if (req.method === 'GET' || req.method === 'HEAD') return undefined
  if (origin === undefined) return 'it does not say which page it comes from'
  const type = req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (req.method === 'POST' && type !== 'application/json') return 'it is no JSON'
  return undefined
}

function refuse(context: Context, why: string): Response {
  const line = `Refused: ${why}. Open the address that npm run lab has printed, with its token.`
  return context.text(`${line}\n`, 403)
}

/** In a time that tells nothing of where they differ. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
