/**
 * A process of Node that runs already, as a server that the lab did not start and does not end.
 * Linux only: only `/proc` shows whether the signal that opens an inspector would end the
 * process instead.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { LabError } from './lab-error.ts'
import { exists, isWorkerThread, processStart } from './processes.ts'
import type { RunningServer } from './server.ts'

/** The command that lists what can be attached to; from Node 24 on its main thread has a name. */
export const howToList = 'ps -C node,node-MainThread -o pid,user,args'

/**
 * Looks at a process without changing it.
 * @throws LabError if there is none, if it is not Node's, if it belongs to another user, or if
 *   this system has no `/proc`
 */
export function attachTo(pid: number): RunningServer {
  if (process.platform !== 'linux') {
    throw new LabError(
      '--pid needs Linux: other systems do not show whether the process handles the signal',
      {
        next: 'npm run flame -- FILE, with the entry file of the program',
      },
    )
  }
  const began = processStart(pid)
  if (began === null) throw new LabError(`there is no process ${pid}`, { next: howToList })
  const executable = executableOf(pid)
  if (!/^(node|nodejs)[\d.]*$/.test(basename(executable)) && !usesLibrary(pid)) {
    throw new LabError(`process ${pid} is not Node: it is ${executable}`, {
      ...(/^(npm|npx|sh|bash|dash|timeout)$/.test(basename(executable))
        ? { means: 'the program is a child of it' }
        : {}),
      next: howToList,
    })
  }
  const ended = endOf(pid, began)
  return {
    name: `process ${pid}`,
    host: '127.0.0.1',
    port: 0,
    pid,
    errorOutput: () => '',
    ended: ended.promise,
    stop: async () => ended.forget(),
    attached: { perfMap: perfMapOf(pid), unseen: unseenOf(pid) },
  }
}

/** @throws LabError if the process belongs to another user */
function executableOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') {
      const what = exists(pid) ? 'has ended, or is part of the kernel' : 'has ended'
      throw new LabError(`process ${pid} ${what}`, { next: howToList })
    }
    const { uid } = statSync(`/proc/${pid}`)
    const own = process.getuid?.()
    if (uid === own) {
      const means = 'it is protected, or belongs to another container'
      throw new LabError(`process ${pid} cannot be inspected`, { means, next: howToList })
    }
    throw new LabError(`process ${pid} belongs to another user (id ${uid}; yours is ${own})`, {
      next: `run the lab as that user: sudo -u '#${uid}' env PATH="$PATH" npm run flame -- --pid ${pid}`,
    })
  }
}

/** Whether Node is a library of the program, as some distributions build it. */
function usesLibrary(pid: number): boolean {
  return /\/libnode\.so/.test(read(`/proc/${pid}/maps`) ?? '')
}

/** The path at which perf looks for the map: named by the pid that the process itself sees. */
function perfMapOf(pid: number): string | undefined {
  const inner = /^NSpid:.*\s(\d+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? pid
  const path = `/proc/${pid}/root/tmp/perf-${inner}.map`
  // A map that an earlier process with the same pid left is older than this process.
  const mine = existsSync(path) && statSync(path).mtimeMs >= statSync(`/proc/${pid}`).ctimeMs - 2000
  return mine ? `/tmp/perf-${inner}.map` : undefined
}

/** Of a worker of node:cluster: figures per request of the load count those of the others too. */
export const OTHER_WORKERS =
  'the other workers of its cluster: the requests that they answer are counted too, so a figure per request is too low'

export function isClusterWorker(pid: number): boolean {
  return /(^|\0)NODE_UNIQUE_ID=/.test(read(`/proc/${pid}/environ`) ?? '')
}

/** Children are processes of their own, and workers are other threads. */
function unseenOf(pid: number): string[] {
  const names = readdirSync(`/proc/${pid}/task`)
    .filter((task) => task !== String(pid))
    .map((task) => (read(`/proc/${pid}/task/${task}/comm`) ?? '').trim())
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').trim().split(/\s+/)
  const workers = names.filter((name) => isWorkerThread(name, names))
  const pids = children.filter((text) => text !== '')
  return [
    ...(pids.length === 0 ? [] : [`its child processes (${pids.join(', ')}): each by --pid`]),
    ...(isClusterWorker(pid) ? [OTHER_WORKERS] : []),
    ...(workers.length === 0
      ? []
      : [workers.length === 1 ? 'its worker thread' : `its ${workers.length} worker threads`]),
  ]
}

function endOf(pid: number, began: string) {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setInterval(() => {
    if (
      processStart(pid) !== began ||
      /^State:\s+[ZX]/m.test(read(`/proc/${pid}/status`) ?? 'State: X')
    ) {
      clearInterval(timer)
      resolve('the process has ended')
    }
  }, 100).unref()
  return { promise, forget: () => clearInterval(timer) }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
