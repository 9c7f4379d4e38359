/**
 * Loaded by `--import` into a server that bubbleprof watches. bubbleprof ends it with SIGINT, and what
 * it has loaded into a server without a handler of its own writes its file, waits for that file to be
 * closed, and then ends the process. On today's Node it waits for ever.
 */

/** For the file to be written: bubbleprof's own handler does that on `beforeExit`, ms. */
const WRITE_MS = 1000

process.on('SIGINT', () => {
  // bubbleprof's and this one: the program has none, and would have been ended.
  if (process.listenerCount('SIGINT') > 2) return
  process.emit('beforeExit', 0)
  setTimeout(() => process.exit(), WRITE_MS)
})
