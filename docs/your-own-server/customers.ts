/**
 * The load of an exercise on a server that listens already, until it is stopped:
 * `npx node docs/your-own-server/customers.ts search 3000`. At the end it prints the latencies.
 */
import { findExercise } from '../../src/exercises.ts'
import { type Latencies, loadMix } from '../../src/load/http-mix.ts'

const [name = '', port = process.env.PORT ?? '3000'] = process.argv.slice(2)
const exercise = findExercise(name)
if (exercise === undefined) {
  console.error(`there is no exercise '${name}'`)
  process.exit(2)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const address = { host: '127.0.0.1', port: Number(port) }
const { requests, seconds, usual, rare } = await loadMix(address, exercise.mix, {
  signal: stop.signal,
})
console.log(`${requests} requests in ${seconds.toFixed(1)} s`)
console.log(`usual: ${inWords(usual)}`)
if (rare !== null) console.log(`rare:  ${inWords(rare)}`)

function inWords({ p50, p99, max }: Latencies): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`
}
