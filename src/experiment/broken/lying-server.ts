/**
 * A process: a server that lies, to show what a load without a reply check is worth. It answers at
 * once with what the client hopes for, and stores nothing: `+OK` to every SET, `$-1` to every GET.
 * PING and ECHO it answers rightly, so that it gets through the handshake of a client that looks.
 *
 * It does not parse. It counts asterisks, one a request: neither the keys nor the values that the
 * lab and redis-benchmark send hold any. So it costs next to nothing, and that is its whole secret.
 */
import { createServer } from 'node:net'

const repliesAtOnce = 1024
const stored = Buffer.from('+OK\r\n'.repeat(repliesAtOnce))
const nothing = Buffer.from('$-1\r\n'.repeat(repliesAtOnce))
/** Both replies are of one length. */
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

/** The first request of a chunk, more or less; a batch holds requests of one kind only. */
function head(chunk: Buffer): string {
  return chunk.toString('latin1', 0, 64)
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 511 }, () => {
  process.send?.((server.address() as { port: number }).port)
})
// It ends with the lab, however that ends: the IPC channel closes then.
process.on('disconnect', () => process.exit())
