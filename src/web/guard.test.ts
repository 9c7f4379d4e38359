/** Who gets in, over real sockets. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tokenHeader } from './api/index.ts'
import { startTestLab, type TestLab } from './test-lab.ts'

let lab: TestLab
beforeAll(async () => {
  lab = await startTestLab()
})
afterAll(() => lab.close())

const token = () => ({ [tokenHeader]: lab.token })

it('the page itself holds nothing, and is given without a token; it sets no cookie', async () => {
  const answer = await lab.raw(new URL(lab.url).pathname + new URL(lab.url).search, {})
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('<title>page</title>')
  expect(answer.text).not.toContain(lab.token)
  expect(answer.headers['set-cookie']).toBeUndefined()
})

it.each(['/api/lab', '/api/events', '/api/runs', '/export/comparison/reference.html', '/nowhere'])(
  '%s without a token: 403, and how to get in',
  async (path) => {
    const { status, json } = await lab.raw(path, {})
    expect(status).toBe(403)
    expect(json().error.happened).toMatch(/^Refused: there is no token/)
    expect(json().error.next).toContain('npm run lab')
  },
)

it('a token is taken from the header alone: a cookie is sent to every port of this machine', async () => {
  const wrong = { [tokenHeader]: 'x'.repeat(32) }
  expect((await lab.raw('/api/runs', wrong)).status).toBe(403)
  for (const name of [tokenHeader, `lab-${lab.port}`]) {
    expect((await lab.raw('/api/runs', { cookie: `${name}=${lab.token}` })).status).toBe(403)
  }
  expect((await lab.raw(`/api/runs?token=${lab.token}`, {})).status).toBe(403)
  expect((await lab.raw('/api/runs', token())).status).toBe(200)
})

it.each([
  'evil.example',
  'evil.example:PORT',
  '127.0.0.1',
  '127.0.0.1:1',
  '0.0.0.0:PORT',
  '[::1]:PORT',
])('under the name %s: 403, token or not', async (name) => {
  const host = name.replace('PORT', String(lab.port))
  expect((await lab.raw('/', { host, ...token() })).status).toBe(403)
  expect((await lab.raw('/api/runs', { host, ...token() })).status).toBe(403)
})

it('localhost is this machine, too', async () => {
  expect((await lab.raw('/', { host: `localhost:${lab.port}`, ...token() })).status).toBe(200)
})

it.each([
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { origin: 'http://127.0.0.1:1' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
])('from another page, %j: 403', async (headers) => {
  expect((await lab.raw('/api/lab', { ...token(), ...headers })).status).toBe(403)
})

const json = { 'content-type': 'application/json' }

it.each(['/api/runs', '/api/guess', '/api/answer', '/api/recorded'])(
  'POST %s needs an origin and JSON, even with the token',
  async (path) => {
    const { origin } = lab
    const post = async (headers: Record<string, string>) =>
      (await lab.raw(path, { ...token(), ...headers }, 'POST')).status
    expect(await post(json)).toBe(403)
    expect(await post({ ...json, origin: 'http://evil.example' })).toBe(403)
    expect(await post({ origin })).toBe(403)
    expect(await post({ origin, 'content-type': 'text/plain' })).toBe(403)
    expect(await post({ origin, 'content-type': 'application/x-www-form-urlencoded' })).toBe(403)
    // It may pass, and then it is no order.
    expect(await post({ origin, ...json })).toBe(400)
  },
)

it('DELETE needs an origin', async () => {
  expect((await lab.raw('/api/runs/1', token(), 'DELETE')).status).toBe(403)
  const { origin } = lab
  expect((await lab.raw('/api/runs/1', { ...token(), origin }, 'DELETE')).status).toBe(404)
})

it('an order that is too long is not read', async () => {
  const order = { kind: 'stage', stage: 'x'.repeat(100_000) }
  expect((await lab.post('/api/runs', order)).status).toBe(413)
  // Nor one that does not say how long it is.
  const headers = { origin: lab.origin, ...json, 'transfer-encoding': 'chunked' }
  const chunked = { method: 'POST', headers, body: JSON.stringify(order) }
  expect((await lab.ask('/api/runs', chunked)).status).toBe(413)
  const short = await lab.ask('/api/runs', { ...chunked, body: '{"kind":"nothing"}' })
  expect([short.status, short.json().error.happened]).toEqual([
    400,
    expect.stringMatching(/^a run/),
  ])
})

const outside = [
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2fetc%2fpasswd',
  '..%5c..%5cpackage.json',
  '%2e%2e%2fpackage.json',
  'stage1%00',
  '%00',
  '%ff',
  '%',
  'constructor',
  '__proto__',
]
const places = [
  '/api/stage/X',
  '/api/stage/stage1?run=X',
  '/api/chapter/X',
  '/api/chapter/workshop/X',
  '/api/task/X',
  '/api/task/stage1/file/X',
  '/api/lie/X',
  '/api/diff/X/stage2',
  '/api/diff/stage1/X',
  '/api/difference/stage1/X',
  '/api/difference/stage1/stage2?before=X',
  '/api/difference/stage1/stage2?after=X',
  '/api/comparison/X',
  '/api/findings?run=X',
  '/api/source?file=X',
  '/api/source?file=stages/stage1/X',
  '/api/nothing/X',
  '/assets/X',
  '/picture/X',
  '/export/comparison/X',
  '/export/comparison/X.html',
]

it.each(places)('%s leads to nothing that is not on a list', async (place) => {
  for (const name of outside) {
    const { status, headers, json } = await lab.ask(place.replace('X', name))
    expect(status, name).toBe(404)
    expect(headers['content-type'], name).toMatch(/^application\/json/)
    expect(json().error.happened, name).toMatch(/^there is no/)
  }
})

it.each(['/api/../../package.json', '/assets/../../../package.json', '//evil.example/'])(
  'the path %s, sent as it is, leads nowhere',
  async (path) => {
    const { status, text } = await lab.ask(path)
    expect(status).not.toBe(200)
    expect(text).not.toContain('redis-profiling-lab')
  },
)

it('every answer forbids the browser to fetch anything from elsewhere', async () => {
  for (const path of ['/', '/api/runs', '/api/nowhere']) {
    const { headers } = await lab.ask(path)
    expect(headers['content-security-policy']).toMatch(/default-src 'self'; script-src 'self';/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

it('a picture is shown, and can do nothing else', async () => {
  const { status, headers } = await lab.ask('/picture/stage1-flamegraph.svg')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('image/svg+xml')
  expect(headers['content-security-policy']).toMatch(/^sandbox .*default-src 'none'/)
})

it.skipIf(process.platform !== 'linux')('it listens on 127.0.0.1 alone', () => {
  const port = lab.port.toString(16).toUpperCase().padStart(4, '0')
  const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => {
    const rows = readFileSync(file, 'utf8').split('\n')
    return rows.map((row) => row.trim().split(/\s+/)).filter(([, , , state]) => state === '0A')
  })
  const ours = listening.filter(([, local]) => local?.endsWith(`:${port}`))
  expect(ours.map(([, local]) => local)).toEqual([`0100007F:${port}`])
})

const elsewhere = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')

it.skipIf(elsewhere === undefined)('another address of this machine is refused', async () => {
  const socket = connect(lab.port, elsewhere!.address)
  const how = await new Promise((resolve) => {
    socket.once('connect', () => resolve('connected'))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
  socket.destroy()
  expect(how).toBe('ECONNREFUSED')
})
