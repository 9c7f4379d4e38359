import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { probePerf, recordPerf } from '../flame/perf.ts'
import { perfTree } from '../flame/perf-tree.ts'
import { relativeTo } from '../flame/relative-to.ts'
import { shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import { mainIsolateLog, v8LogFlags } from '../flame/v8-log-files.ts'
import { type Address, startLoad } from '../load/control.ts'
import { defaultWorkload } from '../load/workload.ts'
import { percent } from '../report/format.ts'
import { LabError } from '../run/lab-error.ts'
import { makeScratch } from '../run/scratch.ts'
import { labRoot } from '../run/server.ts'
import { findStage, rolesOfStages } from '../stages.ts'
import { filesOf, shareBelow } from './facts.ts'
import type { Pitfall } from './pitfall.ts'
import { createRecorder, labLoad, stageSide } from './recorder.ts'
import { roleTable } from './tables.ts'

const windowSeconds = 4

/**
 * Loads a server and takes the profile of the load generator instead of the server: both are called
 * `node`.
 * @throws LabError without perf, or when the load fails
 */
async function profileLoad(address: Address): Promise<FrameTree> {
  const probe = await probePerf()
  if (!probe.usable || !probe.kernel) {
    throw new LabError(`this recording needs perf: ${probe.why}`, {
      next: probe.remedy ?? 'npm run doctor',
    })
  }
  const scratch = await makeScratch()
  const file = join(scratch.dir, 'perf.data')
  const load = await startLoad(address, defaultWorkload, { nodeFlags: v8LogFlags(scratch.dir) })
  try {
    await load.fill()
    await load.run({ test: 'set', seconds: 2 })
    const running = load.run({ test: 'set', seconds: windowSeconds + 3 })
    const recorded = await recordPerf({
      pid: load.pid,
      file,
      during: () => delay(windowSeconds * 1000),
    })
    await running
    // V8 writes the last of its log when the process ends.
    await load.stop()
    return await perfTree({
      file,
      names: { logFile: await mainIsolateLog(scratch.dir, load.pid) },
      windowSeconds: recorded.windowSeconds,
      place: relativeTo(labRoot),
      roles: rolesOfStages,
      kernel: true,
    })
  } finally {
    await load.stop()
    await scratch.remove()
  }
}

export const wrongProcess: Pitfall = {
  name: 'wrong-process',
  words: 'the flame graph is of another process',
  examine(recording) {
    if (recording.tree === undefined) {
      return { shows: false, figure: 'There is no flame graph in this recording.' }
    }
    const own = shareBelow(recording, 'stages/')
    const [widest] = filesOf(recording.tree.root)
    const most = widest === undefined ? '' : `, and ${percent(widest.share)} one of ${widest.file}`
    const figure = `Of the samples, ${percent(own)} have a line below stages/ on their stack${most}.`
    return { shows: own === 0, figure }
  },
  lie: {
    number: 3,
    claim: ({ tree }) => {
      const { byRole } = shares(tree!)
      return `The flame graph of stage 4: parsing is ${percent(byRole.parse)} of it, entering JavaScript ${percent(byRole['entering JS'])}. The parser is done; what is left is Node.`
    },
    // As many samples as a process has that is busy for half of the window.
    holds: ({ tree }) => tree!.samples > 500 && shares(tree!).byRole.parse < 0.02,
    shown: roleTable,
    question: 'Taken with perf, under steady load, kernel included. What is this a picture of?',
    hint: { look: 'frames', find: 'a file below stages/stage4' },
    answer: (recording) => {
      const [widest] = filesOf(recording.tree!.root)
      return (
        `It is the flame graph of the load generator. ${percent(shareBelow(recording, 'stages/'))} of the samples have a file of stages/ on their stack; ${percent(widest?.share ?? 0)} have ${widest?.file}, which makes the load. ` +
        `Both processes are called node, both were busy, and both read, parse and write Redis' protocol; the process ids were mixed up, and the shares by role looked plausible.`
      )
    },
    lesson:
      'Before you read how wide a frame is, check whose it is: find one function that you know.',
    right: ['npm run flame -- stage4 --text', 'npm run explain -- parseBulk'],
    async record(onStep) {
      const { recording, withTargets } = createRecorder({
        client: "the lab's load generator",
        workload: defaultWorkload,
        warmUpSeconds: 2,
      })
      await withTargets([stageSide('stage4')], labLoad, async ([stage4]) => {
        onStep('measuring')
        await stage4!.warmUp('set')
        await stage4!.run(1, { test: 'set', seconds: 1 })
        onStep('recording a flame graph')
        recording.tree = await profileLoad(stage4!.server)
      })
      const { id, title } = findStage('stage4')!
      return { ...recording, title: `${id}, ${title}` }
    },
  },
}
