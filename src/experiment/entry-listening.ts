/** How an entry file of the reader's own is seen to listen, and why the load would miss it. */
import { setTimeout as delay } from 'node:timers/promises'
import { accepts, findListener, hostOf, portOf, portsOf } from '../measure/listener.ts'
import { LabError } from '../run/lab-error.ts'
import { processesBelow } from '../run/processes.ts'
import type { RunningServer } from '../run/server.ts'

/** How long a server that listens elsewhere is waited for, ms: it may listen on more ports than one. */
const ELSEWHERE_MS = 2000

/** How often to check whether it listens, ms. */
export const POLL_MS = 20

/** A server from one that is stopped until `go`, and may never listen. */
export function hold(
  server: RunningServer,
  go: () => void,
  ports: () => number[],
  isOver: () => boolean,
): RunningServer {
  const listening = async () => {
    while (!isOver()) {
      const [port] = ports()
      if (port !== undefined) {
        server.port = port
        return
      }
      await delay(POLL_MS)
    }
    await new Promise(() => {}) // it will not listen any more
  }
  let seen: Promise<void> | undefined
  server.held = {
    go,
    get listening() {
      seen ??= listening()
      return seen
    },
  }
  const { stop } = server
  server.stop = () => {
    go() // a stopped process takes no SIGTERM
    return stop()
  }
  return server
}

/** Thrown if the program ends before it listens: the caller says why. */
export const endedFirst = new Error('the program ended')

/**
 * Waits until a program listens: on the port of `url`, or without one on any.
 * @returns the port
 * @throws endedFirst if the program ends before; LabError if it does not listen within `timeoutMs`,
 *   or elsewhere only
 */
export async function untilListening(
  { name, typed, root }: { name: string; typed: string; root: string },
  { pid }: RunningServer,
  url: URL | undefined,
  portsNow: () => number[],
  isOver: () => boolean,
  timeoutMs: number,
): Promise<number> {
  const wanted = url === undefined ? undefined : portOf(url)
  const until = performance.now() + timeoutMs
  let elsewhere = Number.POSITIVE_INFINITY
  for (;;) {
    if (isOver()) throw endedFirst
    const ports = portsNow()
    if (wanted === undefined && ports.length > 0) return ports[0]!
    if (wanted !== undefined && ports.includes(wanted)) return wanted
    const now = performance.now()
    if (wanted !== undefined && (ports.length > 0 || now > until)) {
      elsewhere = Math.min(elsewhere, now + ELSEWHERE_MS)
      if (now > elsewhere || now > until) {
        await refuseElsewhere(name, pid, url!, ports)
      }
    }
    if (now > until) {
      throw new LabError(`${name} did not listen within ${timeoutMs / 1000} s, and was ended`, {
        means: 'it waits for something, a database or its standard input, or it is no server',
        next: `cd ${root} && ${typed}, to see what it says; a script is profiled without --http`,
      })
    }
    await delay(POLL_MS)
  }
}

/** @throws LabError: the load would reach another process, or none */
async function refuseElsewhere(
  name: string,
  pid: number,
  url: URL,
  ports: readonly number[],
): Promise<void> {
  const wanted = portOf(url)
  const below = processesBelow(pid).find((one) => portsOf(one.pid).includes(wanted))
  if (below !== undefined) {
    throw new LabError(`a child process of ${name} answers at ${url.origin}, not ${name} itself`, {
      means: `${name} starts its server in another process, which is not profiled: ${below.args}`,
      next: 'name the file that this process runs, or start it and use --pid',
    })
  }
  if (ports.length === 0) return
  const right = new URL(url)
  right.port = String(ports[0])
  throw new LabError(
    `${name} listens on port ${ports.join(', ')}, and not on ${wanted}, to which --http sends`,
    { next: `--http ${right.href}` },
  )
}

/** @throws LabError if something listens there already, which would get the load */
export async function refuseTaken(url: URL): Promise<void> {
  if (!(await accepts(url))) return
  const port = portOf(url)
  const by = await findListener(hostOf(url), port)
  const who = 'value' in by ? `pid ${by.value}` : 'another process'
  throw new LabError(`port ${port} is in use: ${who} listens there already`, {
    means: 'the load would reach that process, and not the one that is profiled',
    next:
      'value' in by
        ? `npm run flame -- --pid ${by.value} --http ${url.href}, if that is the one; or end it`
        : 'another port in --http',
  })
}
