import type { Counted } from '../measure/counted.ts'
import type { Ratio } from '../measure/statistics.ts'

/**
 * The figures that the article's claims are checked against, apart from how they were taken: a check
 * can then be tested with figures that must fail it. `src/experiment/evidence.ts` takes them. A
 * figure that this machine cannot give says why.
 */
export interface Evidence {
  /** Of stage 1's profile, from 0 to 1: the three frames that the article names, and all samples. */
  stage1Shares: Counted<{
    samples: number
    gettingIn: number
    executing: number
    releasing: number
  }>
  /** `read(2)` calls for a 45-byte SET. */
  stage1Reads: Counted<number>
  stage2Reads: Counted<number>
  /** CPU of stage 1 per SET: kernel over user mode. */
  stage1Kernel: Counted<Ratio>
  /** Of stage 1, from 0 to 1. */
  missRates: { cache: Counted<number>; l1d: Counted<number>; dtlb: Counted<number> }
  /** Throughput of stage 2 over stage 1, SET. */
  buffering: Counted<Ratio>
  /** CPU in user mode per SET of stage 3 over stage 2, at a pipeline of 16. */
  walking: Counted<Ratio>
  /** CPU in user mode per SET of stage 4 over stage 3, at a pipeline of 16. */
  pooling: Counted<Ratio>
  /** Bytes allocated on the JavaScript heap per GET, at a pipeline of 16. */
  stage3Bytes: Counted<number>
  stage4Bytes: Counted<number>
  /** The last stage over Redis, without pipelining. */
  besideRedis: Record<'set' | 'get', Counted<BesideRedis>>
}

export interface BesideRedis {
  throughput: Ratio
  p95: Ratio
  /** The load generator was saturated: throughput and latency then compare clients. */
  clientBound: boolean
}
