import type { StageEntry } from '../../../src/stages.ts'

export const stage: StageEntry = {
  title: 'its own event loop',
  change: 'hands the kernel a turn of reads and writes with one call: io_uring, through `node:ffi`',
  expected: { readsPerRequest: 0, writesPerPipelinedRequest: 0 },
  needs: 'io_uring',
}
