/**
 * Loaded before a stage by `--import`: gives it commands that throw, of which it has none of its own.
 */
import { type Command, command, type Description } from '../server/commands/command.ts'
import { commands } from '../server/commands/table.ts'
import { array } from '../server/replies.ts'

/** More than a stage keeps before it sends. */
const LONG = Buffer.alloc(200_000, 'x')

function named(name: string): Description {
  const nothing = { flags: [], keys: [0, 0, 0], categories: [], tips: [], keySpecifications: [] }
  return { name, arity: 1, ...nothing, docs: {} }
}

const throwing = [
  command(named('throw'), () => {
    throw new Error('thrown on purpose')
  }),
  // With half of a reply written.
  command(named('throw-half'), (_args, replies) => {
    array(replies, 3)
    replies.bulk('one of three')
    throw new Error('thrown on purpose')
  }),
  // In the middle of a long reply.
  command(named('throw-late'), (_args, replies) => {
    array(replies, 3)
    replies.bulk(LONG)
    throw new Error('thrown on purpose')
  }),
]
for (const one of throwing) (commands as Map<string, Command>).set(one.name.toUpperCase(), one)
