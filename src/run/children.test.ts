import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { isRunning } from './processes.ts'
import { labRoot } from './server.ts'

/** What a profiler may be: it has a child of its own, watches nothing, and minds no signal. */
const stubborn = `trap '' INT TERM HUP; sleep 1000 & echo "$!"; while :; do wait; done`

/** Starts some of them with the lab's own function, prints all their pids, and waits. */
const program = `import { startChild, stopChild } from './src/run/children.ts'
const pids = []
for (let i = 0; i < 3; i++) {
  const child = startChild('/bin/sh', ['-c', ${JSON.stringify(stubborn)}], { stdio: ['ignore', 'pipe', 'ignore'] })
  const below = await new Promise((resolve) => child.stdout.once('data', resolve))
  if (i === 1) await stopChild(child, 'SIGKILL') // the list of the living is not only added to
  else pids.push(child.pid, Number(below))
}
console.log(pids.join(' '))
setInterval(() => {}, 1000)`

it.each(['SIGKILL', 'SIGTERM', 'an error'] as const)(
  'what does not watch the lab ends with it, and so does what it has started: %s',
  async (how) => {
    const end =
      how === 'an error' ? `process.stdin.once('data', () => { throw new Error('x') })\n` : ''
    const exits = how === 'SIGTERM' ? `process.once('SIGTERM', () => process.exit(143))\n` : ''
    const lab = spawn(
      process.execPath,
      // First: the signal may come as soon as the program has printed its line.
      ['--input-type=module-typescript', '-e', end + exits + program],
      { cwd: labRoot, stdio: ['pipe', 'pipe', 'ignore'] },
    )
    const [line] = await once(lab.stdout!.setEncoding('utf8'), 'data')
    const pids = String(line).trim().split(' ').map(Number)
    expect(pids.map(isRunning)).toEqual([true, true, true, true])
    if (how === 'an error') lab.stdin!.write('now')
    else lab.kill(how)
    await once(lab, 'exit')
    await expect.poll(() => pids.filter(isRunning)).toEqual([])
  },
)
