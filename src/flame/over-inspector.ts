/** Recording a program over its inspector, as V8's own profilers do. */
import type { Recorder, Recording } from './capture-window.ts'
import { type Inspector, inspectFlags } from './inspector.ts'
import { openInspector } from './open-inspector.ts'

/** A recorder whose `begin` and `end` are called at the two ends of the window. */
export function overInspector<T>(
  begin: (inspector: Inspector) => Promise<unknown>,
  end: (inspector: Inspector) => Promise<T>,
): Recorder<T> {
  return async (server, during) => {
    const { inspector, close } = await openInspector(server)
    try {
      await begin(inspector)
      await during()
      return await end(inspector)
    } finally {
      await close()
    }
  }
}

/**
 * What a `Recording` over the inspector has besides its recorder.
 * @param flags options of Node that this one needs, too
 */
export function byInspector(
  flags: readonly string[] = [],
): Pick<Recording<unknown>, 'nodeFlags' | 'recording'> {
  return { nodeFlags: [...inspectFlags, ...flags], recording: 'recording over the inspector' }
}
