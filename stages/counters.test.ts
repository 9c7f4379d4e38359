/** What each stage promises in its course/stage.ts, counted by the kernel. These are exact, not timings. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCounters } from '../src/measure/process-counters.ts'
import { type RunningServer, startStage } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

const SET = '*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000000\r\n$3\r\nabc\r\n'

const ROUNDS = 100
/**
 * What V8's helper threads add per request: to wake the main thread up, when they have compiled
 * something, they write to a descriptor that it then reads.
 */
const WAKE_UPS = 0.1

const countable = 'value' in readCounters(process.pid).io

describe.each(stagesHere().here)('$id', (stage) => {
  let server: RunningServer
  let socket: Socket

  beforeAll(async () => {
    server = await startStage(stage)
    socket = connect({ port: server.port, host: server.host, noDelay: true })
    await once(socket, 'connect')
    for (let round = 0; round < 5; round++) await ask('PING\r\n', '+PONG\r\n')
  })

  afterAll(async () => {
    socket.destroy()
    await server.stop()
  })

  /** Sends and waits for exactly the reply. */
  async function ask(request: string, reply: string): Promise<void> {
    socket.write(request)
    await readReplies(reply)
  }

  async function readReplies(reply: string): Promise<void> {
    let got = ''
    while (got.length < reply.length) got += String((await once(socket, 'data'))[0])
    expect(got).toBe(reply)
  }

  /**
   * System calls that the server makes for one exchange. V8's helper threads only ever add to them,
   * when they collect garbage or compile, so the least of several means is the one to look at.
   */
  async function calls(request: string, reply: string): Promise<{ reads: number; writes: number }> {
    const means: { reads: number; writes: number }[] = []
    for (let batch = 0; batch < 5; batch++) {
      const before = io()
      for (let round = 0; round < ROUNDS; round++) await ask(request, reply)
      const after = io()
      means.push({
        reads: (after.reads - before.reads) / ROUNDS,
        writes: (after.writes - before.writes) / ROUNDS,
      })
    }
    return {
      reads: Math.min(...means.map(({ reads }) => reads)),
      writes: Math.min(...means.map(({ writes }) => writes)),
    }
  }

  function io(): { reads: number; writes: number } {
    const { io } = readCounters(server.pid)
    if ('missing' in io) throw new Error(io.missing)
    return io.value
  }

  it.skipIf(!countable)('reads as often as it promises', async () => {
    expect(SET).toHaveLength(45)
    const { reads } = await calls(SET, '+OK\r\n')
    if (stage.expected.readsPerRequest === null) {
      // One for each byte, and one that finds nothing more. The reply may be here, and the next
      // request on its way, before that last one: then it finds a byte, and one is saved.
      expect(reads).toBeGreaterThanOrEqual(45)
      expect(reads).toBeLessThanOrEqual(46 + WAKE_UPS)
    } else {
      expect(reads).toBeGreaterThanOrEqual(stage.expected.readsPerRequest)
      expect(reads).toBeLessThanOrEqual(stage.expected.readsPerRequest + WAKE_UPS)
    }
  })

  it.skipIf(!countable)('writes as often as it promises, at a pipeline of 16', async () => {
    const { writes } = await calls(SET.repeat(16), '+OK\r\n'.repeat(16))
    const expected = 16 * stage.expected.writesPerPipelinedRequest
    expect(writes).toBeGreaterThanOrEqual(expected)
    expect(writes).toBeLessThanOrEqual(expected + WAKE_UPS)
  })

  // Not stage 1: to take small pieces is what it is for.
  const readsAhead = stage.expected.readsPerRequest !== null
  const test = readsAhead ? it.skipIf(!countable) : undefined
  test?.('takes a long stream in large pieces', async () => {
    // Wherever a read ends, most likely inside a command, the next one must not be a small one. All of
    // it is in the kernel before the server reads, so that a slow sender does not count.
    const count = 10_000
    const before = io()
    process.kill(server.pid, 'SIGSTOP')
    await new Promise((taken) => socket.write(SET.repeat(count), taken))
    const answered = readReplies('+OK\r\n'.repeat(count))
    process.kill(server.pid, 'SIGCONT')
    await answered
    const reads = io().reads - before.reads
    // 55 reads of 8 KiB would do; the kernel may return less at a time.
    expect(reads).toBeLessThan(150)
  })
})
