/**
 * The tests of Redis' suite that are skipped, each with the reason: it needs something that the lab
 * does not have. A test is never skipped because it fails.
 */
export interface Skipped {
  /** As `./runtest --single` takes it. */
  file: string
  /** The exact name of the test. */
  test: string
  /** What it needs and the lab does not have. */
  needs: string
}

const lists = 'lists: the lab has the type string only'
const sets = 'sets: the lab has the type string only'
const sortedSets = 'sorted sets: the lab has the type string only'
const hashes = 'hashes: the lab has the type string only'
const streams = 'streams: the lab has the type string only'
const scripts = 'scripts: the lab has no Lua and no EVAL'
const replication = 'replication: the lab has no replicas, one server only'
const persistence = 'persistence: the lab has memory only'
const shutdown = 'shutdown: the lab has signals to end a server'

export const skipList: readonly Skipped[] = [
  // unit/protocol
  { file: 'unit/protocol', test: 'raw protocol response', needs: sets },
  { file: 'unit/protocol', test: 'raw protocol response - deferred', needs: sets },
  { file: 'unit/protocol', test: 'raw protocol response - multiline', needs: sets },
  {
    file: 'unit/protocol',
    test: 'Regression for a crash with blocking ops and pipelining',
    needs: lists,
  },
  // unit/type/string
  { file: 'unit/type/string', test: 'MGET against non-string key', needs: sets },
  { file: 'unit/type/string', test: 'SETBIT against key with wrong type', needs: lists },
  { file: 'unit/type/string', test: 'SETRANGE against key with wrong type', needs: lists },
  {
    file: 'unit/type/string',
    test: 'Extended SET GET with incorrect type should result in wrong type error',
    needs: lists,
  },
  // unit/type/incr
  { file: 'unit/type/incr', test: 'INCR fails against a key holding a list', needs: lists },
  { file: 'unit/type/incr', test: 'INCRBYFLOAT fails against a key holding a list', needs: lists },
  // unit/keyspace
  { file: 'unit/keyspace', test: 'COPY basic usage for list', needs: lists },
  { file: 'unit/keyspace', test: 'COPY basic usage for intset set', needs: sets },
  { file: 'unit/keyspace', test: 'COPY basic usage for hashtable set', needs: sets },
  { file: 'unit/keyspace', test: 'COPY basic usage for listpack sorted set', needs: sortedSets },
  { file: 'unit/keyspace', test: 'COPY basic usage for skiplist sorted set', needs: sortedSets },
  { file: 'unit/keyspace', test: 'COPY basic usage for listpack hash', needs: hashes },
  { file: 'unit/keyspace', test: 'COPY basic usage for hashtable hash', needs: hashes },
  { file: 'unit/keyspace', test: 'COPY basic usage for stream', needs: streams },
  { file: 'unit/keyspace', test: 'COPY basic usage for stream-cgroups', needs: streams },
  // unit/expire
  { file: 'unit/expire', test: 'EXPIRE - write on expire should work', needs: lists },
  // unit/scan
  { file: 'unit/scan', test: 'SSCAN with encoding intset', needs: sets },
  { file: 'unit/scan', test: 'SSCAN with encoding hashtable', needs: sets },
  { file: 'unit/scan', test: 'HSCAN with encoding listpack', needs: hashes },
  { file: 'unit/scan', test: 'HSCAN with encoding hashtable', needs: hashes },
  { file: 'unit/scan', test: 'ZSCAN with encoding listpack', needs: sortedSets },
  { file: 'unit/scan', test: 'ZSCAN with encoding skiplist', needs: sortedSets },
  { file: 'unit/scan', test: 'SSCAN with integer encoded object (issue #1345)', needs: sets },
  { file: 'unit/scan', test: 'SSCAN with PATTERN', needs: sets },
  { file: 'unit/scan', test: 'HSCAN with PATTERN', needs: hashes },
  { file: 'unit/scan', test: 'ZSCAN with PATTERN', needs: sortedSets },
  { file: 'unit/scan', test: 'ZSCAN scores: regression test for issue #2175', needs: sortedSets },
  { file: 'unit/scan', test: 'SCAN regression test for issue #4906', needs: sets },
  // unit/multi
  { file: 'unit/multi', test: 'MULTI / EXEC basics', needs: lists },
  { file: 'unit/multi', test: 'DISCARD', needs: lists },
  { file: 'unit/multi', test: 'MULTI where commands alter argc/argv', needs: sets },
  {
    file: 'unit/multi',
    test: 'EXEC fail on WATCHed key modified by SORT with STORE even if the result is empty',
    needs: lists,
  },
  { file: 'unit/multi', test: 'MULTI and script timeout', needs: scripts },
  { file: 'unit/multi', test: 'EXEC and script timeout', needs: scripts },
  { file: 'unit/multi', test: 'MULTI-EXEC body and script timeout', needs: scripts },
  { file: 'unit/multi', test: 'just EXEC and script timeout', needs: scripts },
  { file: 'unit/multi', test: 'exec with write commands and state change', needs: replication },
  {
    file: 'unit/multi',
    test: 'exec with read commands and stale replica state change',
    needs: replication,
  },
  { file: 'unit/multi', test: 'Blocking commands ignores the timeout', needs: streams },
  { file: 'unit/multi', test: 'MULTI with BGREWRITEAOF', needs: persistence },
  { file: 'unit/multi', test: 'MULTI with config set appendonly', needs: persistence },
  { file: 'unit/multi', test: 'MULTI with SAVE', needs: persistence },
  { file: 'unit/multi', test: 'MULTI with SHUTDOWN', needs: shutdown },
]

/** The skip list of one file of the suite. */
export function skippedIn(file: string): readonly Skipped[] {
  return skipList.filter((entry) => entry.file === file)
}
