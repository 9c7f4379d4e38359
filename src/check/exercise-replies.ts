/** Whether a copy of the server of `docs/your-own-server` still answers as the original one does. */
import type { Agent } from 'node:http'
import { type Address, ask, type HttpReply, keepAlive } from '../load/http-mix.ts'
import { randomNumbers } from '../measure/statistics.ts'
import { LabError } from '../run/lab-error.ts'

export interface ReplyFailure {
  /** `GET /orders/17` */
  request: string
  /** What differs: `the body`. */
  what: string
  expected: string
  got: string
  means: string
}

export interface Replies {
  compared: number
  /** The first that differs; null if none does. */
  failure: ReplyFailure | null
}

interface Asked {
  path: string
  method?: string
}

/**
 * Asks two servers the same, in the same order, and compares status, headers and every byte.
 * @param seed of what is drawn at random
 */
export async function compareReplies(
  own: Address,
  original: Address,
  seed: number,
): Promise<Replies> {
  const agents = [keepAlive(1), keepAlive(1)] as const
  let compared = 0
  try {
    for (const asked of requests(seed)) {
      const [got, expected] = await Promise.all([
        tryAsk(own, asked, agents[0]),
        ask(original, asked.path, agents[1], asked.method),
      ])
      compared++
      const failure = differenceOf(asked, expected, got)
      if (failure !== undefined) return { compared, failure }
    }
    return { compared, failure: null }
  } finally {
    for (const agent of agents) agent.destroy()
  }
}

async function tryAsk(
  own: Address,
  { path, method }: Asked,
  agent: Agent,
): Promise<HttpReply | string> {
  try {
    return await ask(own, path, agent, method)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return failure.message
  }
}

const compare = ['content-type', 'content-length', 'cache-control'] as const

function differenceOf(
  { path, method = 'GET' }: Asked,
  expected: HttpReply,
  got: HttpReply | string,
): ReplyFailure | undefined {
  const request = `${method} ${path}`
  const differs = (what: string, wanted: string, had: string) => {
    const [one, other] = aroundDifference(wanted, had)
    return { request, what, expected: one, got: other, means: meaningOf(path) }
  }
  if (typeof got === 'string') return differs('the reply', String(expected.status), got)
  if (got.status !== expected.status) {
    return differs('the status', String(expected.status), `${got.status} ${got.body}`)
  }
  if (got.body !== expected.body) return differs('the body', expected.body, got.body)
  const header = compare.find((name) => got.headers[name] !== expected.headers[name])
  if (header === undefined) return undefined
  return differs(header, String(expected.headers[header]), String(got.headers[header]))
}

/** Characters that are shown on both sides of the first that differs. */
const AROUND = 30

function aroundDifference(expected: string, got: string): [string, string] {
  let at = 0
  while (at < expected.length && expected[at] === got[at]) at++
  const cut = (text: string) =>
    `${at > AROUND ? '…' : ''}${text.slice(Math.max(0, at - AROUND), at + AROUND)}${text.length > at + AROUND ? '…' : ''}`
  return [cut(expected), cut(got)]
}

function meaningOf(path: string): string {
  if (/^\/orders\/\d+$/.test(path)) {
    return 'The list hides addresses and sorts lines in the orders it is given: those must not be the ones that are stored.'
  }
  if (path.endsWith('/delivery')) {
    return 'The replies of the warehouse belong to the lines of the order, in their order, whichever comes first.'
  }
  if (path.startsWith('/products')) {
    return 'The same texts must be taken as phrases as before, and the others refused with the same words.'
  }
  if (path.startsWith('/reports')) {
    return 'Each sale is rounded by itself, a month may have no sale in a category, and the order is that of the alphabet.'
  }
  return 'A client would see the difference: the exercise is to do the same with less.'
}

/** What is asked: all routes, right and wrong, and orders before and after they were in a list. */
function requests(seed: number): Asked[] {
  const random = randomNumbers(seed)
  const below = (count: number) => Math.floor(random() * count)
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!
  const many = (count: number, path: () => string) =>
    Array.from({ length: count }, () => ({ path: path() }))
  const id = () => 1 + below(400)
  const phrase = () => {
    const words = Array.from({ length: below(4) }, () => one(vocabulary))
    return `/products?phrase=${encodeURIComponent(words.join(one([' ', ' ', '  ', ' - '])) + one(ends))}`
  }
  const list = () =>
    `/orders?page=${1 + below(12)}&size=${1 + below(50)}${one(['', '', '&status=paid', '&status=shipped', '&status=cancelled'])}`
  const month = () => `/reports/sales?month=2026-${String(1 + below(12)).padStart(2, '0')}`
  const newest = Array.from({ length: 10 }, (_, at) => ({ path: `/orders/${400 - at}` }))
  return [
    ...many(10, () => `/orders/${id()}`),
    { path: '/orders' },
    ...newest,
    ...many(20, list),
    { path: '/orders?size=50' },
    ...newest,
    ...many(10, () => `/orders/${id()}`),
    ...many(60, phrase),
    ...many(10, month),
    { path: '/reports/sales' },
    ...many(6, () => `/orders/${id()}/delivery`),
    ...wrong.map((path) => ({ path })),
    { path: '/orders', method: 'DELETE' },
    { path: '/health' },
  ]
}

/** Short ones: the original `search` takes twice as long for each letter of a phrase that it refuses. */
const vocabulary = ['oak', 'Oak', 'table', 'white', 'lamp', 'steel', 'x', 'a_b', '7', 'Möbel']
const ends = ['', '', '', ' ', '  ', '!', '\t', '\n', "'s"]

const wrong = [
  '/',
  '/nothing',
  '/orders/',
  '/orders/0',
  '/orders/x',
  '/orders/99999/delivery',
  '/orders?size=51',
  '/orders?page=0',
  '/orders?page=1e3',
  '/orders?page=1000',
  '/orders?status=lost',
  '/products',
  '/products?phrase=',
  '/products?phrase=+',
  '/products?phrase=oak&most=50',
  '/products?phrase=oak&most=0',
  `/products?phrase=${'a'.repeat(101)}`,
  '/products/LAMP-OAK-0',
  '/products/none',
  '/reports/sales?month=',
  '/reports/sales?month=2026',
  '/reports/sales?month=1999-01',
]
