/** `npm run bench -- --target HOST:PORT`: the lab's load on a server that the lab did not start. */

import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { readPort, refuseWords } from '../src/cli/words.ts'
import { figuresTo, measureRun, warmUp } from '../src/experiment/benchmark.ts'
import type { Summary } from '../src/load/control.ts'
import { loadFlags, loadHelp, readLoadOptions } from '../src/load/options.ts'
import { startRedisBenchmark } from '../src/load/redis-benchmark.ts'
import { startTool } from '../src/load/start.ts'
import { workloadText } from '../src/load/workload.ts'
import type { Counted } from '../src/measure/counted.ts'
import type { Readings } from '../src/measure/counters.ts'
import { findListener } from '../src/measure/listener.ts'
import { readMachine, watchMachineLoad } from '../src/measure/machine.ts'
import { coreShareOf } from '../src/measure/machine-load.ts'
import { serverCostLines } from '../src/report/bench-report.ts'
import { boundLines, loadHead, loadRow } from '../src/report/load-table.ts'
import { busyLines } from '../src/report/stage-report.ts'
import { step } from '../src/run/events.ts'

const EXAMPLE = 'npm run bench -- --target 127.0.0.1:6379'

const line: CommandLine = {
  command: 'npm run bench',
  usage: '-- --target HOST:PORT [options]',
  about: `Puts the lab's load on any server that speaks RESP and checks every reply. It writes
keys named key:000000000000 and the like; their old values are lost.`,
  options: {
    ...loadFlags,
    target: { type: 'string' },
    cluster: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: [
    '--target H:P   the server, e.g. 127.0.0.1:6379 or [::1]:6379',
    ...loadHelp.map((text) => text.replace('requests of each test', '$& (100,000)')),
    '--cluster      a Redis Cluster, of which H:P is a node; by redis-benchmark, unchecked',
    '--json         one JSON document instead of the table',
  ],
  examples: [
    EXAMPLE,
    `${EXAMPLE} --tests ping,set,get --pipeline 16`,
    'npm run bench -- --target 127.0.0.1:7000 --cluster --keyspace 1000',
  ],
}

/** Longest warm-up of a test, in seconds. */
const WARM_UP = 3

interface Measured {
  summary: Summary
  server: Counted<Readings>
}

runCommand(line, async ({ values, positionals }, emit) => {
  refuseWords(positionals, line)
  if (typeof values.target !== 'string') throw wrongWords('which server? --target HOST:PORT', line)
  const target = readTarget(values.target)
  const { tests, tool, requests = 100_000, ...workload } = readLoadOptions(values)
  const cluster = values.cluster === true
  if (cluster && values.tool === 'lab') {
    throw wrongWords(
      "--cluster is redis-benchmark's: the lab's own tool speaks to one server",
      line,
    )
  }
  emit(step(`connecting to ${values.target}`))
  const load = cluster
    ? await startRedisBenchmark(target, workload, { cluster })
    : await startTool(tool, target, workload)
  const pid: Counted<number> = cluster
    ? { missing: 'a cluster is several processes, perhaps on several machines' }
    : await findListener(target.host, target.port)
  const machineLoad = watchMachineLoad()
  const measured: Measured[] = []
  try {
    await load.fill()
    for (const test of tests) {
      emit(step(`warming up ${test.toUpperCase()}`))
      await warmUp(load, test, WARM_UP)
    }
    for (const test of tests) {
      const text = `measuring ${test.toUpperCase()}`
      emit(step(text))
      const run = { test, requests }
      if ('missing' in pid) {
        measured.push({ summary: await load.run(run, figuresTo(emit, text)), server: pid })
      } else {
        const progress = figuresTo(emit, text, pid.value)
        const { summary, server } = await measureRun(pid.value, load, run, progress)
        measured.push({ summary, server: { value: server } })
      }
    }
  } finally {
    await load.stop()
  }
  emit({ type: 'result', directory: null })
  const summaries = measured.map(({ summary }) => summary)
  const seen = measured.flatMap(({ summary, server }) =>
    'value' in server ? [{ summary, server: server.value }] : [],
  )
  const busy = machineLoad(coreShareOf(seen))
  const machine = readMachine()
  if (values.json === true) {
    const { target } = values
    const servers = measured.map(({ server }) => server)
    const document = {
      format: 1,
      target,
      cluster,
      machine,
      workload,
      load: busy,
      summaries,
      servers,
    }
    console.log(JSON.stringify(document, null, 2))
    return
  }
  console.log(`${values.target}${cluster ? ' (cluster)' : ''}: ${workloadText(workload)}`)
  console.log(loadHead())
  for (const summary of summaries) console.log(loadRow(summary.test.toUpperCase(), summary))
  for (const text of serverCostLines(measured)) console.log(text)
  if (summaries.some(({ repliesChecked }) => !repliesChecked)) {
    console.log('redis-benchmark does not check the replies: a wrong one goes unnoticed')
  }
  for (const text of boundLines(summaries)) console.log(text)
  for (const text of busyLines({ load: busy, machine })) console.log(text)
})

function readTarget(word: string): { host: string; port: number } {
  // An IPv6 address has colons of its own, and is written in brackets.
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):([^:]*)$/.exec(word) ?? []
  const host = bracketed ?? plain
  if (host === undefined) {
    throw wrongWords(
      `--target needs HOST:PORT, such as 127.0.0.1:6379 or [::1]:6379, not '${word}'`,
      line,
    )
  }
  return { host, port: readPort(port!, EXAMPLE) }
}
