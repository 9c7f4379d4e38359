/** How the page and the server of the lab talk: the token, a refusal, the events. */
import type { Running } from '../../run/events.ts'
import type { Failure } from '../../run/lab-error.ts'
import type { CourseData } from './course.ts'
import type { ResultCard } from './results.ts'
import type { PageRun, RunsData } from './runs.ts'
import type { TaskFile } from './tasks.ts'

/** The header in which the page sends its token. */
export const tokenHeader = 'x-lab-token'

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  error: Failure
  /** With status 409: who is running. */
  running?: Running[]
  /** With status 409, when a file was saved: what is on disk by now. */
  current?: TaskFile
}

/** GET /api/events: a line of JSON for each event, `{ name, data }`. `runs` comes first. */
export interface Events {
  /** Whenever anything about what runs has changed; some three times per second during a run. */
  runs: RunsData
  /** A result came or went. */
  results: ResultCard[]
  /** Guesses were saved, or judged. */
  course: CourseData
  /** Files of a copy were written, or are gone: the versions of all that there are, by name. */
  copy: { task: string; files: Record<string, string> }
  /** The page's run has come to its end: `state` says how. */
  ended: PageRun
}
