/**
 * Who may talk to the lab's server, and what the browser may do with its answers. The server listens
 * on this machine only, but so does every page in the same browser, and every other user of the
 * machine can reach it. So:
 *
 * - a random token, in the address that is printed. The page puts it into its session storage, which
 *   knows ports as cookies do not, and sends it in a header. Only the page itself, its assets and the
 *   pictures of the docs, which hold nothing of the reader, are given without;
 * - `Host` must be this machine by name or number, or a foreign name that was made to lead here
 *   (DNS rebinding) would count as one origin with us;
 * - `Origin`, if it is sent, must be ours, and what changes anything must send it, as JSON: no form
 *   of a foreign page can do that;
 * - nothing that a browser says comes from another site.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { tokenHeader } from './api/index.ts'
import { WebError } from './web-error.ts'

export interface Access {
  token: string
  /** Known once it listens. */
  port(): number
}

/** @throws WebError, 403, from the middleware for a request that is refused */
export function guard(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const refused = whyRefused(context, access)
    if (refused !== undefined) {
      throw new WebError(403, {
        happened: `Refused: ${refused}`,
        next: 'open the address that npm run lab has printed, with its token',
      })
    }
    return await next()
  }
}

/** Why a request is refused; undefined if it may pass. */
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
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    if (origin === undefined) return 'it does not say which page it comes from'
    const type = req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (req.method !== 'DELETE' && type !== 'application/json') return 'it is no JSON'
  }
  const { pathname } = new URL(req.url)
  if (pathname === '/' || /^\/(?:assets|picture)\//.test(pathname)) return undefined
  const offered = req.header(tokenHeader)
  if (offered === undefined) return 'there is no token'
  return same(offered, access.token) ? undefined : 'it is another token'
}

/** In a time that does not depend on where they differ. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/**
 * Scripts are the lab's own files. Styles may be in an element, since charts are drawn with
 * them; pictures may be made in the page, to be saved.
 */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * For pages and pictures with their own script or style: they run in an opaque origin, from which
 * they reach neither the lab's server nor any other.
 */
export const sandboxPolicy = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** With every answer, forbids the browser to fetch, run or store anything that is not the lab's. */
export function headers(): MiddlewareHandler {
  return async (context, next) => {
    await next()
    const { headers } = context.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', pagePolicy)
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('cross-origin-resource-policy', 'same-origin')
  }
}
