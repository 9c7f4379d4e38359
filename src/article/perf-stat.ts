/**
 * What the article's `perf stat` printed of Zedis before it was changed, verbatim:
 * `perf stat -e cache-references,… ./zedis benchmark --clients 50 --requests 1000000`. Its machine is
 * not named, nor how many tests that run had: compare rates and proportions.
 */

/** The article's block, with its typographic quotes, for a parser to be tried on. */
export const articleOutput = `Performance counter stats for ‘zedis’:
   20,718,078,128      cache-references
    1,162,705,808      cache-misses                     #    5.61% of all cache refs
   81,268,003,911      L1-dcache-loads
    8,589,113,560      L1-dcache-load-misses            #   10.57% of all L1-dcache accesses
      520,613,776      dTLB-loads
       78,977,433      dTLB-load-misses                 #   15.17% of all dTLB cache accesses
     22.936441891 seconds time elapsed
     15.761103000 seconds user
     64.451493000 seconds sys
`

export interface ArticleCount {
  /** perf's name of the event. */
  event: string
  count: number
  /** The event that it is a share of, and the percentage as the article has it. */
  of?: { event: string; percent: number }
}

export const articleCounts: readonly ArticleCount[] = [
  { event: 'cache-references', count: 20_718_078_128 },
  {
    event: 'cache-misses',
    count: 1_162_705_808,
    of: { event: 'cache-references', percent: 5.61 },
  },
  { event: 'L1-dcache-loads', count: 81_268_003_911 },
  {
    event: 'L1-dcache-load-misses',
    count: 8_589_113_560,
    of: { event: 'L1-dcache-loads', percent: 10.57 },
  },
  { event: 'dTLB-loads', count: 520_613_776 },
  {
    event: 'dTLB-load-misses',
    count: 78_977_433,
    of: { event: 'dTLB-loads', percent: 15.17 },
  },
]

/** Seconds. */
export const articleTimes = { elapsed: 22.936441891, user: 15.761103, system: 64.451493 } as const
