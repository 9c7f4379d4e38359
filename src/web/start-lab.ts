/** The lab's server: on this machine alone, for the reader who has its address with the token in it. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { LabError } from '../run/lab-error.ts'
import { canRecord, runningDirectory } from '../run/running.ts'
import { createApp } from './app.ts'
import { type Bundle, bundlePage } from './bundle.ts'
import { type CoursePlace, judgeByRun, readCourse } from './course.ts'
import { createFeed, type Feed } from './feed.ts'
import { type Here, lookAround, notSeen } from './lab-data.ts'
import type { Command } from './orders.ts'
import { type BrokenDocument, createPitfalls } from './pitfalls.ts'
import { openResults } from './results.ts'
import { createRuns, type RunsOptions } from './runs.ts'
import { createTasks } from './tasks.ts'

export interface LabServer {
  /** With the token: `http://127.0.0.1:40123/?token=…`. */
  url: string
  /** `http://127.0.0.1:40123` */
  origin: string
  token: string
  /** Ends what is under way, then the server. */
  close(): Promise<void>
}

export interface LabOptions {
  /** 0, the default, lets the kernel choose. */
  port?: number
  /** What is known of this machine, if that is known already. */
  here?: Here
  /** In place of the page of `src/web/page`; for tests. */
  bundle?: Bundle
  /** Where the course is saved, in place of `.lab`; for tests. */
  course?: string
  /** Where commands write their events, in place of `.lab/running`; for tests. */
  running?: string | undefined
  /** Where results are, in place of `profiles/local`; for tests. */
  places?: readonly string[]
  /** In place of the checkout: where `mine/` and the hints that were shown are; for tests. */
  copies?: string
  /** In place of the commands of runs; for tests. */
  programs?: (command: Command) => string[]
}

/**
 * Starts the server, and resolves when it listens.
 * @throws LabError if the port is taken, or the page cannot be put together
 */
export async function startLab(options: LabOptions = {}): Promise<LabServer> {
  // Another process puts the page together; meanwhile this one looks around.
  const bundling = options.bundle ?? bundlePage()
  const here = options.here ?? lookAround()
  const bundle = await bundling
  const results = openResults(options.places)
  const place: CoursePlace = { results, directory: options.course, copies: options.copies }
  const tasks = createTasks(options.copies)
  const pitfalls = createPitfalls()
  const runs = createRuns({
    results,
    onChange: () => feed.look(),
    async onEnd(run, { directory, document }) {
      const { order } = run
      if (document !== undefined) {
        if (order.kind === 'check') tasks.keepCheck(order.task, document)
        if (order.kind === 'broken') pitfalls.keep(document as BrokenDocument)
      }
      // A lesson's run judges the guesses; then every page learns that it is over.
      if (run.state === 'done' && order.kind === 'lesson' && directory !== undefined) {
        feed.send('course', await judgeByRun(order.lesson, directory, place))
      }
      if (order.kind === 'check') feed.send('course', await readCourse(place))
      feed.send('ended', run)
    },
    ...whereToTell(options.running),
    ...(options.programs === undefined ? {} : { programs: options.programs }),
  })
  const feed: Feed = createFeed({
    runs: () => runs.data(),
    resultsState: () => results.state(),
    results: () => results.list(),
    copies: () => tasks.changes(),
  })
  const token = randomBytes(24).toString('base64url')
  let port = 0
  const access = { token, port: () => port }
  const { places } = options
  const app = createApp({ access, bundle, here, place, places, runs, feed, tasks, pitfalls })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  port = await listen(server, options.port ?? 0)
  const origin = `http://127.0.0.1:${port}`
  return {
    url: `${origin}/?token=${token}`,
    origin,
    token,
    async close() {
      await runs.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** In a read-only checkout the page's own runs write their events elsewhere; other commands do not look there. */
function whereToTell(directory = runningDirectory()): Pick<RunsOptions, 'directory' | 'notSeen'> {
  if (canRecord(directory)) return { directory, notSeen: null }
  const own = mkdtempSync(join(tmpdir(), 'lab-running-'))
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  return { directory: own, notSeen }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (failure) {
    const { code, message } = failure as NodeJS.ErrnoException
    const taken = code === 'EADDRINUSE'
    throw new LabError(
      taken ? `port ${port} on 127.0.0.1 is taken by another program` : `no server: ${message}`,
      { next: 'npm run lab, without --port: the system then chooses a free one', cause: failure },
    )
  }
  return (server.address() as { port: number }).port
}
