/** The claims about where the time goes, and why: what a flame graph and the counters show. */
import type { Counted } from '../measure/counted.ts'
import { percent } from '../measure/format.ts'
import { shareInterval } from '../measure/statistics.ts'
import type { Evidence } from './evidence.ts'
import { all, type Claim, factor, given, judgeInterval, type Range, times } from './finding.ts'

export const mechanism: readonly Claim[] = [
  shareClaim(
    'parse-share',
    'Parse.parse, which reads too, takes 75 % of the time',
    'getting a command in',
    'gettingIn',
    () => [
      { below: 0.5, verdict: 'not reproducible here', why: 'less than half' },
      { below: 0.65, verdict: 'direction only', why: 'more than half' },
      { below: 0.85, verdict: 'reproduced' },
      { below: all, verdict: 'direction only', why: 'even more of the time' },
    ],
  ),
  shareClaim(
    'execute-share',
    'Client.executeCommand takes 13 %',
    'executing and replying',
    'executing',
    ({ gettingIn }) => [
      { below: 0.08, verdict: 'direction only', why: 'even less of the time' },
      { below: 0.18, verdict: 'reproduced' },
      ...(gettingIn / 2 > 0.18
        ? [
            {
              below: gettingIn / 2,
              verdict: 'direction only' as const,
              why: 'the write to the socket is in it',
            },
          ]
        : []),
      { below: all, verdict: 'not reproducible here', why: 'it is not the small part' },
    ],
  ),
  shareClaim(
    'release-share',
    'Command.deinit, which frees memory, takes 8 %',
    'the garbage collector',
    'releasing',
    () => [
      {
        below: 0.05,
        verdict: 'not reproducible here',
        why: "V8's collector visits what is alive, and what a command leaves behind is not",
      },
      { below: 0.11, verdict: 'reproduced' },
      { below: all, verdict: 'not reproducible here', why: 'it takes more here' },
    ],
  ),
  {
    id: 'syscall-a-byte',
    claim: 'reading one byte at a time costs one system call per byte',
    command: 'npm run stage 1',
    check: ({ stage1Reads }) =>
      given(stage1Reads, (reads) => {
        const measured = `${reads.toFixed(1)} reads per SET of 45 bytes`
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
      given(stage1Kernel, (ratio) =>
        judgeInterval(
          ratio,
          `time in the kernel is ${times(ratio)} the time outside it`,
          [
            {
              below: 1,
              verdict: 'not reproducible here',
              why: 'the kernel is not the larger part',
            },
            {
              below: 3,
              verdict: 'direction only',
              why: 'the way from a read into JavaScript and back is time outside the kernel',
            },
            { below: all, verdict: 'reproduced' },
          ],
          factor,
        ),
      ),
  },
  missRate('cache-misses', '5.61 % of all cache references miss', 0.0561, ({ cache }) => cache),
  missRate('l1d-misses', '10.57 % of all L1d loads miss', 0.1057, ({ l1d }) => l1d),
  missRate('dtlb-misses', '15.17 % of all dTLB loads miss', 0.1517, ({ dtlb }) => dtlb),
  {
    id: 'buffering-wins',
    claim: 'buffering alone turns thousands of tiny reads into a fast server',
    command: 'npm run compare -- --servers stage1,stage2',
    check: ({ buffering }) =>
      given(buffering, (ratio) =>
        judgeInterval(
          ratio,
          `stage 2 serves ${times(ratio)} as many SETs as stage 1`,
          [
            { below: 1, verdict: 'not reproducible here', why: 'stage 2 is slower here' },
            { below: 2, verdict: 'direction only', why: 'less than twice as many' },
            { below: all, verdict: 'reproduced' },
          ],
          factor,
        ),
      ),
  },
  {
    id: 'left-on-the-table',
    claim: 'walking the buffer instead of parsing line by line would be faster still (left undone)',
    command: 'npm run compare -- --servers stage2,stage3 --pipeline 16',
    check: ({ walking }) =>
      given(walking, (ratio) =>
        judgeInterval(
          ratio,
          `stage 3 needs ${times(ratio)} the CPU of stage 2 outside the kernel, per SET, pipelined`,
          [
            { below: 1, verdict: 'beyond the article' },
            { below: all, verdict: 'not reproducible here', why: 'stage 3 needs more here' },
          ],
          factor,
        ),
      ),
  },
  {
    id: 'allocator',
    claim: 'the allocator took a significant share; knowing its interface saved it',
    command: 'npm run compare -- --servers stage3,stage4 --pipeline 16',
    check: ({ pooling, stage3Bytes, stage4Bytes }) =>
      given(pooling, (ratio) =>
        given(stage3Bytes, (before) =>
          given(stage4Bytes, (after) => {
            const measured = `stage 4 allocates ${after.toFixed(0)} bytes per GET (stage 3: ${before.toFixed(0)}), and needs ${times(ratio)} its CPU outside the kernel, per SET, pipelined`
            if (after >= before / 2) {
              return { verdict: 'not reproducible here', measured, why: 'it allocates as much' }
            }
            const ranges: Range[] = [
              { below: 1, verdict: 'reproduced' },
              {
                below: all,
                verdict: 'direction only',
                why: 'less is allocated, and yet no CPU is saved',
              },
            ]
            return judgeInterval(ratio, measured, ranges, factor)
          }),
        ),
      ),
  },
]

/** A share of stage 1's profile, with the interval that its samples allow. */
function shareClaim(
  id: string,
  claim: string,
  what: string,
  part: 'gettingIn' | 'executing' | 'releasing',
  ranges: (shares: { gettingIn: number }) => Range[],
): Claim {
  return {
    id,
    claim,
    command: 'npm run flame -- stage1',
    check: ({ stage1Shares }) =>
      given(stage1Shares, (shares) => {
        const { samples } = shares
        const ends = shareInterval(shares[part] * samples, samples)
        const interval = `${percent(ends.low)} to ${percent(ends.high)} by ${samples} samples`
        const measured = `${what} takes ${percent(shares[part])} of stage 1 (${interval})`
        return judgeInterval(ends, measured, ranges(shares), percent)
      }),
  }
}

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
        // Another processor and another program: only the order of magnitude can be compared.
        if (rate > article / 2 && rate < article * 2) return { verdict: 'reproduced', measured }
        // With one figure there is no direction: what is not alike is not reproduced.
        const why = 'another processor, another program'
        return { verdict: 'not reproducible here', measured, why }
      }),
  }
}
