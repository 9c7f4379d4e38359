/**
 * What the lab profiles: a stage, a copy of one, an entry file of the reader's own, a process that
 * runs already. What starts a program and what is to be known of it is decided here; a capture takes
 * a `Program` and does not know which of these it is.
 */
import { readlinkSync } from 'node:fs'
import type { Stage } from '../stages.ts'
import { attachTo, howToList } from './attach.ts'
import type { LabError } from './lab-error.ts'
import { aloneCommand, labRoot, type RunningServer, startStage } from './server.ts'

export interface Program {
  /** What it is called on screens and in names of results: `stage1`, `mine/stage1`, `server.ts`. */
  name: string
  /** For a title: `stage1, one byte at a time`; the name alone if there is no more to say. */
  title: string
  /** What its frames are coloured and counted by: the lab knows the roles of a stage's files only. */
  grouping: 'roles' | 'layers'
  /** Directory of its own files, absolute; taken off the paths of frames. */
  root: string
  /** What to type to run it without the lab, to see all that it says. */
  alone: string
  /**
   * Starts it and waits until it is ready.
   * @param nodeFlags options of Node that a profiler needs
   * @throws LabError if it does not start, ends at once, or does not get ready
   */
  start(nodeFlags: readonly string[]): Promise<RunningServer>
  /** Why it ended, if what it wrote to stderr has a reason that this kind of program is known for. */
  explainEnd?(errorOutput: string): LabError | undefined
}

/** A stage, or a reader's copy of one. */
export function stageProgram(stage: Pick<Stage, 'id'> & { title?: string }): Program {
  const { id, title } = stage
  return {
    name: id,
    title: title === undefined ? id : `${id}, ${title}`,
    grouping: 'roles',
    root: labRoot,
    alone: aloneCommand(id, 0),
    start: (nodeFlags) => startStage(stage, { nodeFlags: [...nodeFlags] }),
  }
}

/**
 * A process of Node that runs already: it goes on after the recording.
 * @throws LabError if there is none, if it is no Node, or belongs to another user
 */
export function pidProgram(pid: number): Program {
  attachTo(pid).stop()
  return {
    name: `pid-${pid}`,
    title: `process ${pid}`,
    grouping: 'layers',
    root: readlinkSync(`/proc/${pid}/cwd`),
    alone: howToList,
    start: async () => attachTo(pid),
  }
}
