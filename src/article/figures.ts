/**
 * What the article measured: "Building a Redis Clone in Zig, Part 4" (11 November 2025), with
 * `redis-benchmark -t get,set -n 1000000 -c 50`. Its machine is not named, so its absolute figures
 * are shown beside ours for their proportions only.
 */

export interface ArticleResult {
  server: 'Redis' | 'Zedis'
  test: 'set' | 'get'
  requests: number
  seconds: number
  requestsPerSecond: number
  /** Milliseconds. */
  latency: { avg: number; min: number; p50: number; p95: number; p99: number; max: number }
}

const million = 1_000_000

export const articleResults: readonly ArticleResult[] = [
  {
    server: 'Redis',
    test: 'set',
    requests: million,
    seconds: 4.25,
    requestsPerSecond: 235_294.12,
    latency: { avg: 0.115, min: 0.056, p50: 0.119, p95: 0.127, p99: 0.143, max: 2.223 },
  },
  {
    server: 'Redis',
    test: 'get',
    requests: million,
    seconds: 4.29,
    requestsPerSecond: 233_045.92,
    latency: { avg: 0.113, min: 0.048, p50: 0.119, p95: 0.127, p99: 0.135, max: 0.487 },
  },
  {
    server: 'Zedis',
    test: 'set',
    requests: million,
    seconds: 4.6,
    requestsPerSecond: 217_344.06,
    latency: { avg: 0.121, min: 0.016, p50: 0.119, p95: 0.135, p99: 0.175, max: 1.375 },
  },
  {
    server: 'Zedis',
    test: 'get',
    requests: million,
    seconds: 4.53,
    requestsPerSecond: 220_799.3,
    latency: { avg: 0.119, min: 0.056, p50: 0.119, p95: 0.135, p99: 0.143, max: 0.527 },
  },
]
