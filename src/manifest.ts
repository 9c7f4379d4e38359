/**
 * The stages of the lab, in order. The commands, the docs, the walkthrough and the tests all read
 * this list; a stage is added here and nowhere else.
 */

/** What can be counted exactly on any Linux machine, and so may carry a verdict. */
export interface ExpectedCounters {
  /** `read(2)` calls a request, one request in flight per connection; null: one a byte. */
  readsPerRequest: number | null
  /** `write(2)` calls a request at a pipeline of 16. */
  writesPerPipelinedRequest: number
}

export interface Stage {
  /** Directory under `stages/` and name on the command line. */
  id: string
  number: number
  title: string
  /** What this stage changes over the one before, in one sentence. */
  change: string
  /** What the reader should try after looking at this stage. */
  next: string
  expected: ExpectedCounters
  /** What it needs that not every machine has; the stage itself knows whether it is there. */
  needs?: string
}

export const stages: readonly Stage[] = [
  {
    id: 'stage1',
    number: 1,
    title: 'one byte at a time',
    change: 'reads through a 1-byte buffer: one system call for every byte that arrives',
    next: 'npm run diff -- 1 2',
    expected: { readsPerRequest: null, writesPerPipelinedRequest: 1 },
  },
  {
    id: 'stage2',
    number: 2,
    title: 'a buffered line reader',
    change: 'reads through an 8 KiB buffer and takes lines from it; the parser stays as it was',
    next: 'npm run diff -- 2 3',
    expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 },
  },
  {
    id: 'stage3',
    number: 3,
    title: 'a zero-copy parser',
    change: 'walks the receive buffer by index; an argument is a view, not a copy',
    next: 'npm run diff -- 3 4',
    expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 },
  },
  {
    id: 'stage4',
    number: 4,
    title: 'allocator-aware pooling',
    change: 'one shared receive buffer, reused argument offsets, one slab of replies a read event',
    next: 'npm run diff -- 4 5',
    expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 / 16 },
  },
  {
    id: 'stage5',
    number: 5,
    title: 'its own event loop',
    change:
      'hands the kernel a turn of reads and writes with one call: io_uring, through `node:ffi`',
    next: 'npm run stage 5 -- --pipeline 16',
    expected: { readsPerRequest: 0, writesPerPipelinedRequest: 0 },
    needs: 'io_uring',
  },
]

/** Finds a stage by what a person types: `1`, `stage1`. Undefined where there is none. */
export function findStage(word: string): Stage | undefined {
  return stages.find((stage) => stage.id === word || String(stage.number) === word)
}
