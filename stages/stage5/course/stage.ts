import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'its own memory',
  change: 'keys and values as bytes in memory of its own, which V8 neither sees nor collects',
  expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 / 16 },
}
