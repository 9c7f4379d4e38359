import { withLoad, withServer } from '../../experiment/broken/with.ts'
import { warmUp } from '../../experiment/measured-run.ts'
import { shares } from '../../flame/roles.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { percent } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { findStage } from '../../stages.ts'
import { filesOf, shareBelow } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { profileLoad } from '../load-profile.ts'
import { asParty, beginRecording, fromFirst, recordRun } from '../record-run.ts'
import { roleTable } from '../slide.ts'

const warmUpSeconds = 2
const windowSeconds = 4

/** Two processes called `node` were busy, and the profiler was given the id of the other one. */
export const wrongProcess: Lie = {
  number: 3,
  cause: 'wrong-process',
  claim: ({ tree }) => {
    const { byRole } = shares(tree!)
    return `The flame graph of stage 4: parsing is ${percent(byRole.parse)} of it, entering JavaScript ${percent(byRole['entering JS'])}. The parser is done; what is left is Node.`
  },
  // As many samples as a process leaves that is busy for half of the window.
  holds: ({ tree }) => tree!.samples > 500 && shares(tree!).byRole.parse < 0.02,
  shown: ({ tree }) => roleTable(tree!),
  question: 'Taken with perf, under steady load, the kernel and all. What is this a picture of?',
  hint: { view: 'frames', look: 'a file below stages/stage4' },
  answer: (exhibit) => {
    const [widest] = filesOf(exhibit.tree!.root)
    return (
      `It is the flame graph of the load generator. ${percent(shareBelow(exhibit, 'stages/'))} of the samples have a file of stages/ on their stack; ${percent(widest?.share ?? 0)} have ${widest?.file}, which makes the load. ` +
      `Both processes are called node, both were busy, both read, parse and write Redis' protocol; one process id was taken for the other, and the shares by role looked plausible.`
    )
  },
  lesson: 'Before you read how wide a frame is, read whose it is: find one function that you know.',
  right: ['npm run flame -- stage4 --text', 'npm run explain -- parseBulk'],
  async record(onStep) {
    const workload = defaultWorkload
    const recording = beginRecording({
      client: "the lab's load generator",
      workload,
      warmUpSeconds,
    })
    const tree = await withServer(
      () => startStage({ id: 'stage4' }),
      async (server) => {
        recording.parties.push(asParty(server))
        const place = { target: server.name, round: 1 }
        onStep('measuring')
        await withLoad(server, workload, async (load) => {
          await warmUp(load, 'set', warmUpSeconds)
          recording.runs.push(await recordRun(server, load, { test: 'set', seconds: 1 }, place))
        })
        onStep('recording a flame graph')
        return await profileLoad(server, workload, 'set', windowSeconds)
      },
    )
    const { id, title } = findStage('stage4')!
    const runs = fromFirst(recording.runs)
    return { recording: { ...recording, title: `${id}, ${title}`, runs }, tree }
  },
}
