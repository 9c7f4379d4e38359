import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'a buffered line reader',
  change: 'reads through an 8 KiB buffer and takes lines from it; the parser stays as it was',
  expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 },
}
