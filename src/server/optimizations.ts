/**
 * Each thing that makes stages 3 to 5 faster can be left out on its own, with `--without slab,views`,
 * to measure what it saves. A stage asks once for each, when it is loaded; V8 then
 * knows the answer as a constant, and the code that is not used costs nothing.
 */
const left = readList(process.argv)

/** What the loaded stage can go without, with a sentence each; filled in as its files are loaded. */
export const optimizations = new Map<string, string>()

/**
 * Names an optimization, and returns whether it is switched on.
 * @param what what the stage does instead if it is left out
 */
export function optimization(name: string, what: string): boolean {
  optimizations.set(name, what)
  return !left.includes(name)
}

/**
 * What the command line leaves out and the stage does not have.
 * @returns a name, or undefined if all are known
 */
export function unknownOptimization(): string | undefined {
  return left.find((name) => !optimizations.has(name))
}

function readList(argv: string[]): string[] {
  const at = argv.indexOf('--without')
  const list = at === -1 ? undefined : argv[at + 1]
  return list === undefined ? [] : list.split(',')
}
