/**
 * Lets a server that is told a port and no address listen on 127.0.0.1 only. clinic's heap profiler
 * opens such ones for itself, in its own process and in the one that it looks at, and Node would
 * open them to the network. To be loaded before it, by `import` or `--import`.
 */
import { Server } from 'node:net'

const listen = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server

Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const [port, second] = args
  const bare = typeof port === 'number' && (second === undefined || typeof second === 'function')
  return bare ? listen.call(this, port, '127.0.0.1', second) : listen.apply(this, args)
} as typeof Server.prototype.listen
