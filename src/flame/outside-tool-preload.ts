/**
 * Loaded by `--import` before a server that another tool watches, and before the tool:
 *
 * - modules in TypeScript look like JavaScript, by `?.js` at the end of their URL: 0x and clinic file
 *   a `.ts` frame under V8's own, which their pages hide. Names and lines stay what they are;
 * - a server that is given a port and no address listens on 127.0.0.1 only: clinic's heap profiler
 *   opens such ones for itself, and Node would open them to the network.
 */
import { registerHooks } from 'node:module'
import { Server } from 'node:net'

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url.endsWith('.ts') ? { ...found, url: `${found.url}?.js` } : found
  },
})

const listen = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server

Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const [port, second] = args
  const bare = typeof port === 'number' && (second === undefined || typeof second === 'function')
  return bare ? listen.call(this, port, '127.0.0.1', second) : listen.apply(this, args)
} as typeof Server.prototype.listen
