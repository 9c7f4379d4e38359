/**
 * What cannot be equal between a stage and Redis, and why: the one list. `commands` are not
 * generated at all; `replies` are compared, but not byte for byte.
 */

export interface LeftOut {
  /** Upper case, a subcommand after a blank. */
  name: string
  reason: string
}

/** Never generated. */
export const commandsLeftOut: readonly LeftOut[] = [
  {
    name: 'INFO',
    reason:
      'describes the machine and the process; only its errors and an unknown section are sent',
  },
  { name: 'CLIENT INFO', reason: 'ports, file descriptors and buffer sizes' },
  {
    name: 'CLIENT REPLY',
    reason: 'Redis does not close after a QUIT to which it may not reply; the stages do',
  },
  {
    name: 'CLIENT KILL',
    reason: 'closes connections of the fuzzer itself; it is sent for addresses that no client has',
  },
  { name: 'CLIENT PAUSE', reason: 'every connection waits' },
  { name: 'CLIENT TRACKING ON', reason: 'the stages refuse it' },
  {
    name: 'CLIENT SETINFO',
    reason: 'Redis has it from 7.2 on; the stages answer +OK because client libraries send it',
  },
  {
    name: 'COMMAND',
    reason: 'Redis lists 240 commands with their tips and key specifications, a stage its own',
  },
  { name: 'COMMAND LIST', reason: 'see COMMAND' },
  { name: 'COMMAND COUNT', reason: 'see COMMAND; with a word too many it is sent' },
  { name: 'COMMAND INFO', reason: 'see COMMAND; of unknown commands it is sent' },
  { name: 'COMMAND DOCS', reason: 'see COMMAND; of unknown commands it is sent' },
  { name: 'TIME', reason: 'the time of day' },
  {
    name: 'DEBUG',
    reason: 'Redis refuses it unless it is configured to allow it, and then it changes the server',
  },
  { name: 'OBJECT', reason: 'encodings and idle times are those of Redis’ own memory' },
  { name: 'FUNCTION', reason: 'the stages have no scripts' },
  {
    name: 'LCS',
    reason:
      'takes time and memory with the product of two lengths; its cases are in Redis’ own suite',
  },
  {
    name: 'FLUSHALL SYNC',
    reason: 'the word alone, after a damaged frame, makes Redis take the client for a replica',
  },
  { name: 'RANDOMKEY', reason: 'any key is right; it is sent with a word too many' },
  {
    name: 'CONFIG GET',
    reason: 'only of settings that both have; `port`, `maxmemory` and `*` are not sent',
  },
]

/** Compared by a rule; the rules are in `src/fuzz/compare.ts`. */
export const comparedByRule: readonly LeftOut[] = [
  {
    name: 'KEYS, SCAN, CONFIG GET',
    reason: 'their order is the hash function’s: arrays of strings are compared as sets',
  },
  {
    name: 'SCAN',
    reason:
      'cursors belong to the hash table: valid ones are 0, and COUNT asks for all keys at once',
  },
  {
    name: 'TTL, PTTL, EXPIRETIME, PEXPIRETIME',
    reason: 'the clock goes on between the two servers: 5 s apart are equal',
  },
  {
    name: 'DBSIZE',
    reason:
      'counts keys past their deadline until Redis deletes them: not sent if a deadline may be past; the keys themselves are compared after each case',
  },
  {
    name: 'POST, Host:',
    reason:
      'drop the replies of the same read, and what a read brings depends on its buffer: 1 byte in stage 1, 8 KiB in stage 2, 16 KiB in Redis. Beyond that size more or fewer replies may have gone before',
  },
  {
    name: 'the last replies before a stage closes',
    reason:
      'to close with bytes unread, as stage 1 always does, is a reset, and that may overtake replies: they may be cut off if the case is longer than a read',
  },
  {
    name: 'what a damaged frame becomes',
    reason:
      'SCAN with a cursor of Redis’ own, COMMAND COUNT, or a command that no stage has: not sent on purpose, and what Redis then says is its own',
  },
  {
    name: 'EXPIRE and PEXPIRE with GT or LT',
    reason: 'two equal times differ by when they were set: sent with absolute times only',
  },
  {
    name: 'a line over 64 KiB',
    reason:
      'Redis accepts it if its end comes with the same read, which the kernel decides: the generator ends a piece before the line ends',
  },
]
