/** What keeps this stage from running on a machine, in words for the person who started it. */
import { isBuiltin } from 'node:module'

/** Undefined if nothing does. */
export async function unsupportedReason(): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    return `io_uring is a part of Linux, and this is ${process.platform}: stop at stage 5`
  }
  if (!isBuiltin('node:ffi')) {
    return `Node ${process.versions.node} has no node:ffi; it is there from 26.10 on`
  }
  // Only now: to import what is not there would be an error of its own.
  const { Ring } = await import('./ring.ts')
  try {
    new Ring().close()
    return undefined
  } catch (error) {
    return explain(error as NodeJS.ErrnoException)
  }
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSYS') return 'this kernel has no io_uring'
  if (code === 'EINVAL') return 'this kernel is too old: Linux 6.1 has what is needed of io_uring'
  if (code === 'ENOMEM') {
    return 'io_uring cannot lock its queues in memory: `ulimit -l` is too low, 1024 (KiB) is enough'
  }
  if (code === 'EPERM' || code === 'EACCES') {
    return (
      'io_uring is forbidden here: containers do so unless started with ' +
      '--security-opt seccomp=unconfined, and sysctl kernel.io_uring_disabled does'
    )
  }
  return message
}
