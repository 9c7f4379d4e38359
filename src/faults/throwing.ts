/**
 * Loaded before a stage by `--import`: gives it commands that throw, of which it has none of its own.
 */
import { type Command, command } from '../server/commands/command.ts'
import { commands } from '../server/commands/table.ts'
import { array } from '../server/replies.ts'

/** More than a stage keeps before it sends. */
const LONG = Buffer.alloc(200_000, 'x')

const throwing = [
  command('throw', 1, '', 'Throws at once.', () => {
    throw new Error('thrown on purpose')
  }),
  command('throw-half', 1, '', 'Throws with half of a reply written.', (_args, replies) => {
    array(replies, 3)
    replies.bulk('one of three')
    throw new Error('thrown on purpose')
  }),
  command('throw-late', 1, '', 'Throws in the middle of a long reply.', (_args, replies) => {
    array(replies, 3)
    replies.bulk(LONG)
    throw new Error('thrown on purpose')
  }),
]
for (const one of throwing) (commands as Map<string, Command>).set(one.name.toUpperCase(), one)
