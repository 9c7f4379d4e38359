/**
 * A process: a client like an application's, with a few connections and pipelines of GETs of one
 * key, which it sets first. With `--work` it parses the JSON of each reply and writes JSON for a
 * page; without, it only looks for the end of each reply.
 *
 * `{ seconds }` over the IPC channel orders one run; the answer is a `ClientRun`.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseArgs } from 'node:util'

export interface ClientRun {
  requests: number
  seconds: number
  /** Share of a core that the client's thread took, 0 to 1. */
  busy: number
}

/** Some 3 KB of JSON, like a session or a shopping basket. */
const documentText = JSON.stringify(
  Array.from({ length: 60 }, (_, id) => ({ id, name: `article ${id}`, price: 100 + id, tags: [] })),
)

const documentKey = 'key:000000000000'

const connections = 10
const pipeline = 16
const lineFeed = 0x0a

serveOrders()

function serveOrders(): void {
  const { values } = parseArgs({
    options: { host: { type: 'string' }, port: { type: 'string' }, work: { type: 'boolean' } },
  })
  const { host = '127.0.0.1', port, work = false } = values
  const batch = Buffer.from(`*2\r\n$3\r\nGET\r\n$16\r\n${documentKey}\r\n`.repeat(pipeline))
  let deadline = 0
  let requests = 0
  let open = 0
  let ended = () => {}
  const sockets: Socket[] = Array.from({ length: connections }, () => {
    const socket = connect({ host, port: Number(port), noDelay: true })
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => fail('the server closed a connection'))
    let replies = 0
    let pending: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      let at = 0
      for (let end = endOfReply(bytes, at); end !== -1; end = endOfReply(bytes, at)) {
        if (work) useReply(bytes.subarray(at, end))
        at = end
        replies++
      }
      pending = bytes.subarray(at)
      if (replies < pipeline) return
      replies -= pipeline
      requests += pipeline
      if (performance.now() < deadline) socket.write(batch)
      else if (--open === 0) ended()
    })
    return socket
  })
  process.on('disconnect', () => process.exit())
  const filled = fill(host, Number(port))
  process.on('message', async ({ seconds }: { seconds: number }) => {
    await filled
    requests = 0
    open = connections
    const begun = performance.now()
    const cpu = process.threadCpuUsage()
    deadline = begun + seconds * 1000
    ended = () => {
      const elapsed = (performance.now() - begun) / 1000
      const { user, system } = process.threadCpuUsage(cpu)
      const busy = Math.min(1, (user + system) / 1e6 / elapsed)
      process.send?.({ requests, seconds: elapsed, busy } satisfies ClientRun)
    }
    for (const socket of sockets) socket.write(batch)
  })
}

/** Sets the key. The faulty server says OK to that, too. */
async function fill(host: string, port: number): Promise<void> {
  const socket = connect({ host, port })
  const words = ['SET', documentKey, documentText].map((word) => `$${word.length}\r\n${word}\r\n`)
  socket.write(`*3\r\n${words.join('')}`)
  await once(socket, 'data')
  socket.destroy()
}

/** Where the reply that begins at `at` ends; -1 if it has not arrived whole. */
function endOfReply(bytes: Buffer, at: number): number {
  const line = bytes.indexOf(lineFeed, at)
  if (line === -1) return -1
  const length = bytes[at] === 0x24 ? Number(bytes.latin1Slice(at + 1, line - 1)) : -1
  const end = length < 0 ? line + 1 : line + 1 + length + 2
  return end > bytes.length ? -1 : end
}

function useReply(reply: Buffer): void {
  const text = reply.toString('utf8')
  const articles = JSON.parse(text.slice(text.indexOf('\n') + 1)) as { price: number }[]
  const page = JSON.stringify({
    articles,
    sum: articles.reduce((sum, { price }) => sum + price, 0),
  })
  if (page.length < text.length / 2) throw new Error('the document is incomplete')
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
