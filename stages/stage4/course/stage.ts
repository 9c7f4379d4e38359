import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'allocator-aware pooling',
  change: 'one shared receive buffer, reused argument offsets, one slab of replies per read event',
  expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 / 16 },
}
