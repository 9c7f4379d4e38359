import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'a zero-copy parser',
  change: 'walks the receive buffer by index; an argument is a view, not a copy',
  expected: { readsPerRequest: 1, writesPerPipelinedRequest: 1 },
}
