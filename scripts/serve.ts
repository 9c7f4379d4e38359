/** `npm run serve -- stage4 --port 6379`: only the server, for redis-cli and other clients. */
import { type CommandLine, runCommand } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord, readPort } from '../src/cli/words.ts'
import { LabError } from '../src/run/lab-error.ts'
import { startStage } from '../src/run/server.ts'

const line: CommandLine = {
  command: 'npm run serve',
  usage: '-- stageN [--port PORT] [--host ADDRESS]',
  about: 'Starts a stage and leaves it running until Ctrl-C or SIGTERM.',
  options: { port: { type: 'string', default: '6379' }, host: { type: 'string' } },
  help: [
    '--port PORT    port to listen on (6379); 0: any free one',
    '--host ADDR    address to listen on (127.0.0.1)',
  ],
  examples: ['npm run serve -- stage4 --port 6379', 'npm run serve -- 1 --port 0'],
}

runCommand(line, async ({ values, positionals }) => {
  const stage = stageFromWord(oneWord(positionals, line), 'npm run serve -- stage4 --port 6379')
  const port = readPort(String(values.port), 'npm run serve -- stage4 --port 6379')
  const host = typeof values.host === 'string' ? { host: values.host } : {}
  const server = await startStage(stage, { port, ...host })
  console.log(`listening on ${server.host}:${server.port}`)
  const stop = () => void server.stop()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal).once(signal, stop)
  }
  const how = await server.ended
  if (how === 'exit code 0') return
  throw new LabError(`${stage.id} ended by itself: ${server.complaints().trim() || how}`)
})
