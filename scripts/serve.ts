/** `npm run serve -- stage4 --port 6379`: only the server, for redis-cli and other clients. */
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { takeSignals } from '../src/cli/signals.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord, readPort } from '../src/cli/words.ts'
import { crashSummary } from '../src/run/crash-summary.ts'
import { LabError } from '../src/run/lab-error.ts'
import { aloneCommand, startStage } from '../src/run/server.ts'
import { parseMemory } from '../src/server/numbers.ts'

const line: CommandLine = {
  command: 'npm run serve',
  usage: '-- stageN [options]',
  about: 'Starts a stage and leaves it running until Ctrl-C or SIGTERM.',
  options: {
    port: { type: 'string', default: '6379' },
    host: { type: 'string' },
    maxmemory: { type: 'string' },
    'output-limit': { type: 'string' },
  },
  help: [
    '--port PORT           port to listen on (6379); 0: any free one',
    '--host ADDRESS        address to listen on (127.0.0.1); there is no password',
    '--maxmemory BYTES     refuse to store more than this, e.g. 100mb; 0: no limit (a quarter of the',
    "                      machine's memory)",
    '--output-limit BYTES  drop a client for which more replies wait (256mb)',
  ],
  examples: ['npm run serve -- stage4 --port 6379', 'npm run serve -- 1 --port 0'],
}

runCommand(line, async ({ values, positionals }) => {
  const stage = stageFromWord(oneWord(positionals, line), 'npm run serve -- stage4 --port 6379')
  const port = readPort(String(values.port), 'npm run serve -- stage4 --port 6379')
  const host = typeof values.host === 'string' ? { host: values.host } : {}
  const args = ['maxmemory', 'output-limit'].flatMap((name) => {
    const value = values[name]
    if (typeof value !== 'string') return []
    if (value !== '' && parseMemory(value) !== undefined) return [`--${name}`, value]
    throw wrongWords(`--${name} needs a number of bytes, such as 100mb, not '${value}'`, line)
  })
  // Its warnings are shown; why it did not start is printed below, once.
  let started = false
  const onErrorOutput = (text: string) => started && process.stderr.write(text)
  const server = await startStage(stage, { port, ...host, args, onErrorOutput })
  takeSignals(() => void server.stop())
  process.stderr.write(server.errorOutput())
  started = true
  console.log(`listening on ${server.host}:${server.port}`)
  const how = await server.ended
  if (how === 'exit code 0') return
  throw new LabError(`${stage.id} ended by itself: ${crashSummary(server.errorOutput()) ?? how}`, {
    next: `${aloneCommand(stage.id, port)}, to see all that it says`,
  })
})
