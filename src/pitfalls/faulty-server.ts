/**
 * A process: a server that stores nothing and says `+OK` to every SET and `$-1` to every GET, to show
 * what a benchmark without a reply check is worth. PING and ECHO get the right reply, so that it
 * passes the handshake of a client.
 *
 * It does not parse. It counts asterisks, one per request: neither the keys nor the values that the
 * lab and redis-benchmark send have any.
 */
import { createServer } from 'node:net'

const repliesAtOnce = 1024
const stored = Buffer.from('+OK\r\n'.repeat(repliesAtOnce))
const nothing = Buffer.from('$-1\r\n'.repeat(repliesAtOnce))
/** Both replies have the same length. */
const replyLength = 5
const asterisk = 0x2a

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    const echo = /^\*2\r\n\$4\r\nECHO\r\n(\$\d+\r\n.*\r\n)$/i.exec(head(chunk))
    if (echo !== null) return void socket.write(echo[1]!)
    if (/^\*1\r\n\$4\r\nPING\r\n$/i.test(head(chunk))) return void socket.write('+PONG\r\n')
    const replies = /\r\nm?get\r\n/i.test(head(chunk)) ? nothing : stored
    let requests = 0
    for (let at = chunk.indexOf(asterisk); at !== -1; at = chunk.indexOf(asterisk, at + 1)) {
      requests++
    }
    for (let left = requests; left > 0; left -= repliesAtOnce) {
      socket.write(replies.subarray(0, Math.min(left, repliesAtOnce) * replyLength))
    }
  })
})

/** The beginning of a chunk: all requests of a chunk are of one kind. */
function head(chunk: Buffer): string {
  return chunk.toString('latin1', 0, 64)
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 511 }, () => {
  process.send?.((server.address() as { port: number }).port)
})
// The IPC channel closes when the lab ends.
process.on('disconnect', () => process.exit())
