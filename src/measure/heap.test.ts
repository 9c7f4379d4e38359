import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { valueOrUndefined } from './counted.ts'
import { type CounterId, countBetween, type Readings } from './counters.ts'
import { type HeapWatch, watchHeap } from './heap.ts'
import type { HeapTotals } from './heap-probe.ts'

function value(readings: Readings, id: CounterId): number {
  return valueOrUndefined(readings[id]!)!
}

// A process is started: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

/** Allocates a known amount for each "request" that it gets, and answers. Knows of no probe. */
const program = `
  let kept
  // 16 bytes of array, 16 + 8 for each of ten elements; the same for every one, and kept alive.
  function serve(n, kind) {
    for (let i = 0; i < n; i++) {
      if (kind === 'array') kept = new Array(10).fill(i)
      else kept = i & 1
    }
  }
  process.on('message', ({ n, kind }) => { serve(n, kind); process.send('done') })
  process.send('ready')
`

let child: ChildProcess | undefined
let watch: HeapWatch | undefined

afterEach(async () => {
  child?.kill('SIGKILL')
  await watch?.close()
})

async function start(): Promise<(n: number, kind: string) => Promise<void>> {
  watch = await watchHeap()
  const flags = [...watch.nodeFlags, '--max-semi-space-size=1']
  const started = spawn(process.execPath, [...flags, '-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child = started
  await once(started, 'message')
  return async (n, kind) => {
    const answer = once(started, 'message')
    started.send({ n, kind })
    await answer
  }
}

const requests = 1_000_000

test('bytes and pauses are those of a program that allocates a known amount', async () => {
  const serve = await start()
  await serve(requests, 'array') // compiled after this
  const before = await watch!.read()
  await serve(requests, 'array')
  const after = await watch!.read()
  const counted = countBetween('heap', before, after, requests)
  // An array of 32 bytes (map, properties, elements, length) and its elements, 16 + 10 x 8: 128. What
  // is left over of a piece of memory when the collector comes is counted as taken.
  expect(value(counted, 'heapBytes')).toBeGreaterThan(126)
  expect(value(counted, 'heapBytes')).toBeLessThan(137)
  // 128 MB through a young generation of a few MB: some collections, each well below a second.
  expect(value(counted, 'gcPauses') * requests).toBeGreaterThanOrEqual(5)
  expect(value(counted, 'gcPauses') * requests).toBeLessThan(500)
  expect(value(counted, 'gcTime')).toBeGreaterThan(0)
})

test('a program that allocates nothing has next to no bytes and no pauses', async () => {
  const serve = await start()
  await serve(requests, 'nothing')
  const before = await watch!.read()
  await serve(requests, 'nothing')
  const after = await watch!.read()
  const counted = countBetween('heap', before, after, requests)
  expect(value(counted, 'heapBytes')).toBeLessThan(2)
  expect(value(counted, 'gcPauses') * requests).toBeLessThanOrEqual(1)
})

test('a program that has ended is an error, not a zero', async () => {
  await start()
  await watch!.read()
  child!.kill('SIGKILL')
  await once(child!, 'exit')
  await expect(watch!.read()).rejects.toThrow('does not answer')
})

test('when V8 does not count bytes they are missing, with the reason', () => {
  const at = (pauses: number): HeapTotals => ({
    allocatedBytes: null,
    pauses,
    pauseMs: pauses * 2,
  })
  expect(countBetween('heap', at(1), at(3), 4)).toEqual({
    heapBytes: { missing: expect.stringContaining('does not count') },
    gcPauses: { value: 0.5 },
    gcTime: { value: 1 },
  })
})
