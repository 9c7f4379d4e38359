#!/usr/bin/env node
/**
 * `npx profiling-lab flame server.ts`, in the reader's own project after `npm link` in the lab: runs a
 * command of the lab where the reader stands, under the lab's Node. Results go to `.profiling-lab/`.
 * It is run by the reader's Node, so it is JavaScript.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What makes sense outside of the lab. */
const commands = ['flame', 'profilers', 'clinic', 'stat', 'compare', 'explain', 'doctor']

const lab = fileURLToPath(new URL('..', import.meta.url))
const [command, ...words] = process.argv.slice(2)

if (command === undefined || command === '--help' || command === '-h') {
  console.log(`Usage: npx profiling-lab COMMAND [options]

Commands: ${commands.join(', ')}; each has a --help of its own. Results go to
.profiling-lab/, or to the directory that --out names.

Examples:
  npx profiling-lab flame server.ts --http http://127.0.0.1:3000/items
  npx profiling-lab flame --pid 1234 --seconds 10`)
  process.exit(command === undefined ? 2 : 0)
}
if (!commands.includes(command)) {
  console.error(`✗ there is no command '${command}' here; there are ${commands.join(', ')}`)
  console.error('  → npx profiling-lab --help')
  process.exit(2)
}

const own = join(lab, 'node_modules', '.bin', 'node')
const node = existsSync(own) ? own : process.execPath
const child = spawn(
  node,
  ['--import', './scripts/start-tsx.js', `scripts/${command}.ts`, ...words],
  {
    cwd: lab,
    stdio: 'inherit',
    env: {
      ...process.env,
      INIT_CWD: process.cwd(),
      LAB_RESULTS: resolve('.profiling-lab'),
      LAB_CALLED_AS: 'npx profiling-lab',
    },
  },
)
// A Ctrl-C in the terminal reaches both: the lab ends in order, and this waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT') child.kill(signal)
  })
}
child.once('error', (error) => {
  console.error(`✗ the lab does not start: ${error.message}`)
  console.error(`  → cd ${lab} && npm ci`)
  process.exit(1)
})
child.once('exit', (code, signal) => {
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
})
