/** A stage whose memory can be asked for without its garbage. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type RunningServer, startStage } from '../run/server.ts'
import type { Stage } from '../stages.ts'

export interface WatchedStage extends RunningServer {
  /** Bytes on V8's heap and in buffers outside it, after all garbage was collected. */
  liveBytes(): Promise<number>
}

/** @param under words in front of the command, see `startStage` */
export async function startWatched(
  stage: Pick<Stage, 'id'>,
  args: string[] = [],
  nodeFlags: string[] = [],
  under: string[] = [],
): Promise<WatchedStage> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const probe = new URL('./probe.ts', import.meta.url)
  probe.searchParams.set('port', String(port))
  const arrived = once(listener, 'connection')
  const server = await startStage(stage, {
    args,
    under,
    nodeFlags: [...nodeFlags, '--expose-gc', '--import', probe.href],
  }).catch((failure) => {
    listener.close()
    throw failure
  })
  const [socket] = (await arrived) as [Socket]
  socket.on('error', () => {})
  return {
    ...server,
    async liveBytes() {
      socket.write('?')
      const [line] = await Promise.race([once(socket, 'data'), server.ended.then(() => [''])])
      if (String(line) === '') throw new Error(`${stage.id} has ended: ${server.errorOutput()}`)
      return Number(line)
    },
    async stop() {
      await server.stop()
      socket.destroy()
      listener.close()
    },
  }
}
