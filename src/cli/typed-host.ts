/** For tests: a process that runs commands one after the other; `startTypedHost` starts it. */
import type { Ended, Order } from './typed.ts'

let said = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = ((piece: string | Uint8Array, ...more: unknown[]) => {
    said[name] += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
    const done = more.at(-1)
    if (typeof done === 'function') queueMicrotask(() => done())
    return true
  }) as typeof process.stdout.write
}

const end = process.exit.bind(process)
process.on('disconnect', () => end())
process.setMaxListeners(0) // each command adds its own, and believes that it is the only one

let count = 0
process.on('message', async ({ script, args }: Order) => {
  process.argv = [process.execPath, `scripts/${script}.ts`, ...args]
  said = { stdout: '', stderr: '' }
  const status = await new Promise<number>((resolve) => {
    process.exit = ((code) => resolve(Number(code ?? 0))) as typeof process.exit
    // Another URL is another module: the script itself runs again, its imports are loaded already.
    import(`../../scripts/${script}.ts?${++count}`).catch((failure) => {
      said.stderr += String(failure.stack)
      resolve(1)
    })
  })
  process.send!({ status, ...said } satisfies Ended)
})
