import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeScratch } from '../run/scratch.ts'
import { callgrindWords, countInstructions, readCounts, whyNoCallgrind } from './callgrind.ts'

it('reads the counts of a dump, and refuses what is none', () => {
  const dump = 'thread: 1\nevents: Ir Dr Dw\nfn=(1)\ntotals: 15977863 7 9\n'
  expect(readCounts(dump)).toEqual({ instructions: 15_977_863 })
  // Misses of the first and the last level; what follows the last count that is not 0 is left out.
  const cache = 'events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw\ntotals: 900 300 200 0 20 10 0 4\n'
  expect(readCounts(cache)).toEqual({ instructions: 900, misses: { d1: 30, lastLevel: 4 } })
  expect(() => readCounts('events: Dr\ntotals: 5\n')).toThrow('no instructions')
  expect(() => readCounts('')).toThrow('no instructions')
})

it.skipIf((await whyNoCallgrind()) !== undefined)(
  'three percent more instructions are found, whatever else the machine does',
  { timeout: 300_000 },
  async () => {
    const scratch = await makeScratch()
    const out = join(scratch.dir, 'callgrind')
    const [command, ...words] = callgrindWords(out)
    // A loop of the shell of a fixed number of rounds for each line that it reads.
    const program =
      'while read -r n; do i=0; while [ $i -lt $n ]; do i=$((i + 1)); done; echo done; done'
    const child = spawn(command!, [...words, 'sh', '-c', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const rounds = async (count: number) => {
      const answer = once(child.stdout, 'data')
      child.stdin.write(`${count}\n`)
      await answer
    }
    try {
      await rounds(100)
      const counts: number[] = []
      for (const count of [1000, 1000, 1030]) {
        const counting = await countInstructions(child.pid!, out)
        await rounds(count)
        counts.push((await counting.end()).instructions)
      }
      const [first, again, more] = counts as [number, number, number]
      expect(Math.abs(again / first - 1)).toBeLessThan(0.002)
      expect(more / first).toBeGreaterThan(1.025)
      expect(more / first).toBeLessThan(1.035)
    } finally {
      child.kill('SIGKILL')
      await scratch.remove()
    }
  },
)
