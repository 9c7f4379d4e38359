import { expect, test } from 'vitest'
import { isWorkerThread } from './processes.ts'

test('a worker thread is recognised by its name, or by having none of Node’s own', () => {
  const node24 = [
    'node-V8Worker',
    'SignalInspector',
    'libuv-worker',
    'v8:ProfEvntProc',
    'resizer',
    'WorkerThread',
  ]
  const workers = (names: string[]) => names.filter((name) => isWorkerThread(name, names))
  expect(workers(node24)).toEqual(['resizer', 'WorkerThread'])
  expect(workers(['node', 'node'])).toEqual([])
})
