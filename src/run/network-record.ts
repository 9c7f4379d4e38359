/**
 * For tests: to be loaded into every Node that a command starts, by `NODE_OPTIONS=--import=…`. Writes
 * each address that is connected to or listened on, each name that is looked up, and each packet's
 * destination, a line each, into the file that LAB_NETWORK_RECORD names.
 */
import dgram from 'node:dgram'
import diagnostics from 'node:diagnostics_channel'
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isIP, type Server, type Socket } from 'node:net'

const file = process.env.LAB_NETWORK_RECORD

function record(what: string, where: string): void {
  if (file !== undefined) appendFileSync(file, `${what} ${where}\n`)
}

diagnostics.subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  socket.on('connectionAttempt', (address: string) => {
    if (isIP(address) !== 0) record('connect', address) // else it is a pipe in the file system
  })
})
diagnostics.subscribe('tracing:net.server.listen:asyncEnd', (message) => {
  const address = (message as { server: Server }).server.address()
  // A pipe in the file system has a name in place of an address.
  if (address !== null && typeof address === 'object') record('listen', address.address)
})

type Call = (...args: unknown[]) => unknown

/** Puts a note in front of every function of an object that asks for a name. */
function note(holder: Record<string, unknown>): void {
  for (const [name, call] of Object.entries(holder)) {
    if (typeof call !== 'function' || !/^(lookup|resolve|reverse)/.test(name)) continue
    holder[name] = function (this: unknown, ...args: unknown[]) {
      record('name', String(args[0]))
      return (call as Call).apply(this, args)
    }
  }
}
note(dns as unknown as Record<string, unknown>)
note(dns.promises as unknown as Record<string, unknown>)

const send = dgram.Socket.prototype.send as unknown as Call
dgram.Socket.prototype.send = function (this: unknown, ...args: unknown[]) {
  record('packet', args.filter((arg) => typeof arg === 'string').join(' '))
  return send.apply(this, args)
} as typeof dgram.Socket.prototype.send
syncBuiltinESMExports()
