/**
 * Talks to a server over Node's inspector protocol, from outside: the server is started with
 * `--inspect=127.0.0.1:0`. An idle inspector costs a sleeping thread; the main thread answers
 * requests.
 * The protocol: https://chromedevtools.github.io/devtools-protocol/v8/
 */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'

/** Node's option for a server that is to be inspected: loopback only, on a port of the kernel's. */
export const inspectFlags: readonly string[] = ['--inspect=127.0.0.1:0']

export interface Inspector {
  /**
   * Asks one thing and waits for the answer.
   * @throws LabError if the server refuses, or ends before it answers
   */
  send(method: string, params?: object): Promise<unknown>
  /**
   * What a JavaScript expression is in the server's global scope, as JSON; a promise is waited for.
   * @throws LabError if it throws
   */
  evaluate(expression: string): Promise<unknown>
  /** Never throws. A server waits for its inspector to go before it ends: close first. */
  close(): Promise<void>
  /** Resolves when the connection is closed, from either side. */
  closed: Promise<void>
}

/**
 * Connects to a server that was started with `inspectFlags`.
 * @param timeoutMs how long the address may take to appear after the server listens: it comes
 *   through another pipe than the line that says so
 * @throws LabError if it offers no inspector
 */
export async function connectInspector(
  server: RunningServer,
  timeoutMs = 5000,
): Promise<Inspector> {
  return await connectTo(await addressOf(server, timeoutMs), server.name)
}

/**
 * Connects to an inspector.
 * @param address of its WebSocket
 * @param name of the server, for errors
 * @throws LabError if it does not answer
 */
export async function connectTo(address: string, name: string): Promise<Inspector> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  let over: LabError | undefined
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Answer
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new LabError(`the inspector of ${name} refused: ${error.message}`))
  })
  const end = () => {
    over ??= new LabError(`the inspector of ${name} closed the connection`, {
      means: 'the server has ended, or was stopped',
    })
    for (const { reject } of waiting.values()) reject(over)
    waiting.clear()
  }
  socket.addEventListener('close', end)
  socket.addEventListener('error', end)
  const gone = closed(socket)
  if (socket.readyState !== WebSocket.OPEN) await Promise.race([once(socket, 'open'), gone])
  if (over !== undefined) throw over

  function send(method: string, params: object = {}): Promise<unknown> {
    if (over !== undefined) return Promise.reject(over)
    const id = ++last
    const answer = Promise.withResolvers<unknown>()
    waiting.set(id, answer)
    socket.send(JSON.stringify({ id, method, params }))
    return answer.promise
  }

  async function evaluate(expression: string): Promise<unknown> {
    const asked = { expression, returnByValue: true, awaitPromise: true }
    const { result, exceptionDetails } = (await send('Runtime.evaluate', asked)) as Evaluation
    if (exceptionDetails === undefined) return result.value
    const happened = exceptionDetails.exception?.description ?? exceptionDetails.text
    throw new LabError(`${name}: ${happened.split('\n')[0]}`)
  }

  return {
    send,
    evaluate,
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return
      socket.close()
      await gone
    },
    closed: gone,
  }
}

interface Answer {
  id: number
  result?: unknown
  error?: { message: string }
}

interface Evaluation {
  result: { value?: unknown }
  exceptionDetails?: { text: string; exception?: { description?: string } }
}

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.addEventListener('close', () => resolve(), { once: true })
  })
}

/** Node prints `Debugger listening on ws://127.0.0.1:PORT/ID` on standard error. */
async function addressOf(server: RunningServer, timeoutMs: number): Promise<string> {
  const giveUp = performance.now() + timeoutMs
  for (;;) {
    const address = server.inspector?.()
    if (address !== undefined) return address
    if (performance.now() > giveUp) {
      throw new LabError(`${server.name} offers no inspector`, {
        means:
          server.errorOutput().trim() ||
          'this Node was built without it, or NODE_OPTIONS forbids it',
      })
    }
    await delay(5)
  }
}
