/** The claims about where the time goes, and why: what a flame graph and the counters can tell. */
import type { Counted } from '../measure/counted.ts'
import type { Ratio } from '../measure/statistics.ts'
import type { Evidence } from './evidence.ts'
import { type Claim, given, times } from './finding.ts'

export const mechanism: readonly Claim[] = [
  {
    id: 'parse-share',
    claim: 'Parse.parse, which reads too, takes 75 % of the time',
    command: 'npm run flame -- stage1',
    check: ({ stage1Shares }) =>
      given(stage1Shares, ({ gettingIn }) => {
        const measured = `getting a command in takes ${percent(gettingIn)} of stage 1`
        if (Math.abs(gettingIn - 0.75) <= 0.1) return { verdict: 'reproduced', measured }
        if (gettingIn > 0.5) return { verdict: 'direction only', measured, why: 'more than half' }
        return { verdict: 'not reproducible here', measured, why: 'less than half' }
      }),
  },
  {
    id: 'execute-share',
    claim: 'Client.executeCommand takes 13 %',
    command: 'npm run flame -- stage1',
    check: ({ stage1Shares }) =>
      given(stage1Shares, ({ gettingIn, executing }) => {
        const measured = `executing and replying takes ${percent(executing)} of stage 1`
        if (Math.abs(executing - 0.13) <= 0.05) return { verdict: 'reproduced', measured }
        if (executing < gettingIn / 2) {
          return { verdict: 'direction only', measured, why: 'the write to the socket is in it' }
        }
        return { verdict: 'not reproducible here', measured, why: 'it is not the small part' }
      }),
  },
  {
    id: 'release-share',
    claim: 'Command.deinit, which frees memory, takes 8 %',
    command: 'npm run flame -- stage1',
    check: ({ stage1Shares }) =>
      given(stage1Shares, ({ releasing }) => {
        const measured = `the garbage collector takes ${percent(releasing)} of stage 1`
        if (Math.abs(releasing - 0.08) <= 0.03) return { verdict: 'reproduced', measured }
        return {
          verdict: 'not reproducible here',
          measured,
          why: "V8's collector visits what lives, and what a command leaves behind does not",
        }
      }),
  },
  {
    id: 'syscall-a-byte',
    claim: 'reading one byte at a time costs a system call a byte',
    command: 'npm run stage 1',
    check: ({ stage1Reads }) =>
      given(stage1Reads, (reads) => {
        const measured = `${reads.toFixed(1)} reads for a SET of 45 bytes`
        // One more finds that nothing is left; V8's helper threads add one now and then.
        if (reads >= 44.5 && reads <= 46.5) return { verdict: 'reproduced', measured }
        return { verdict: 'not reproducible here', measured, why: 'it is not one a byte' }
      }),
  },
  {
    id: 'buffered-reads',
    claim: 'a buffer lets one system call bring a whole command',
    command: 'npm run stage 2',
    check: ({ stage2Reads }) =>
      given(stage2Reads, (reads) => {
        const measured = `${reads.toFixed(2)} reads for the same SET in stage 2`
        if (reads >= 0.95 && reads <= 1.1) return { verdict: 'reproduced', measured }
        return { verdict: 'not reproducible here', measured, why: 'it is not one a command' }
      }),
  },
  {
    id: 'system-time',
    claim: 'the kernel takes most of the CPU: 64.45 s, the program itself 15.76 s (4.1 times)',
    command: 'npm run stat -- stage1',
    check: ({ stage1Kernel }) =>
      given(stage1Kernel, (ratio) => {
        const measured = `time in the kernel is ${times(ratio)} the time outside it`
        if (above(ratio, 3)) return { verdict: 'reproduced', measured }
        if (above(ratio, 1)) {
          const why = 'the way from a read into JavaScript and back is time outside the kernel'
          return { verdict: 'direction only', measured, why }
        }
        return {
          verdict: 'not reproducible here',
          measured,
          why: 'the kernel is not the larger part',
        }
      }),
  },
  missRate('cache-misses', '5.61 % of all cache references miss', 0.0561, ({ cache }) => cache),
  missRate('l1d-misses', '10.57 % of all L1d loads miss', 0.1057, ({ l1d }) => l1d),
  missRate('dtlb-misses', '15.17 % of all dTLB loads miss', 0.1517, ({ dtlb }) => dtlb),
  {
    id: 'buffering-wins',
    claim: 'buffering alone turns thousands of tiny reads into a fast server',
    command: 'npm run compare -- --servers stage1,stage2',
    check: ({ buffering }) =>
      given(buffering, (ratio) => {
        const measured = `stage 2 serves ${times(ratio)} as many SETs as stage 1`
        if (above(ratio, 2)) return { verdict: 'reproduced', measured }
        if (above(ratio, 1)) return { verdict: 'direction only', measured, why: 'less than twice' }
        return { verdict: 'not reproducible here', measured, why: 'no difference was seen' }
      }),
  },
  {
    id: 'left-on-the-table',
    claim: 'walking the buffer instead of parsing line by line would be faster still (left undone)',
    command: 'npm run compare -- --servers stage2,stage3 --pipeline 16',
    check: ({ walking }) =>
      given(walking, (ratio) => {
        const measured = `stage 3 needs ${times(ratio)} the CPU of stage 2 outside the kernel, for a SET, pipelined`
        if (below(ratio, 1)) return { verdict: 'beyond the article', measured }
        return { verdict: 'not reproducible here', measured, why: 'no win was seen' }
      }),
  },
  {
    id: 'allocator',
    claim: 'the allocator took a significant share; knowing its interface saved it',
    command: 'npm run compare -- --servers stage3,stage4 --pipeline 16',
    check: ({ pooling, stage3Bytes, stage4Bytes }) =>
      given(pooling, (ratio) =>
        given(stage3Bytes, (before) =>
          given(stage4Bytes, (after) => {
            const measured = `stage 4 allocates ${after.toFixed(0)} bytes for a GET where stage 3 takes ${before.toFixed(0)}, and needs ${times(ratio)} its CPU outside the kernel, for a SET, pipelined`
            if (after >= before / 2) {
              return { verdict: 'not reproducible here', measured, why: 'it allocates as much' }
            }
            if (below(ratio, 1)) return { verdict: 'reproduced', measured }
            const why = 'less is allocated, but no CPU was seen to be saved'
            return { verdict: 'direction only', measured, why }
          }),
        ),
      ),
  },
]

function missRate(
  id: string,
  claim: string,
  article: number,
  pick: (rates: Evidence['missRates']) => Counted<number>,
): Claim {
  return {
    id,
    claim,
    command: 'npm run stat -- stage1',
    check: ({ missRates }) =>
      given(pick(missRates), (rate) => {
        const measured = `${(100 * rate).toFixed(2)} % here`
        // Another processor and another program: the order of magnitude is all that may be asked.
        if (rate > article / 2 && rate < article * 2) return { verdict: 'reproduced', measured }
        const why = 'another processor, another program'
        return { verdict: 'direction only', measured, why }
      }),
  }
}

function above({ low }: Ratio, than: number): boolean {
  return low !== null && low > than
}

function below({ high }: Ratio, than: number): boolean {
  return high !== null && high < than
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
