/** The reader's working directory: npm runs the lab in the lab's, and passes this one on. */
export function readerDirectory(): string {
  return process.env.INIT_CWD ?? process.cwd()
}
