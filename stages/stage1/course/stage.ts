import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'one byte at a time',
  change: 'reads through a 1-byte buffer: one system call for every byte that arrives',
  expected: { readsPerRequest: null, writesPerPipelinedRequest: 1 },
}
