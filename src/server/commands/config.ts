/** CONFIG: the settings of the server. */
import type { Arguments } from '../arguments.ts'
import { matchesGlob } from '../glob.ts'
import { cString, error, map, ok, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Handlers, syntaxError } from './command.ts'
import { help } from './help.ts'
import { type Setting, settings } from './settings.ts'

export const config: Handlers = {
  'config|get': configGet,
  'config|set': configSet,
  'config|resetstat': (_args, replies, session) => {
    session.keyspace.resetStatistics()
    ok(replies)
  },
  // There is no configuration file.
  'config|rewrite': (_args, replies) =>
    error(replies, 'ERR The server is running without a config file'),
  'config|help': help('config'),
}

/** Without one of these it is a name, in which a backslash is a backslash. */
const PATTERN = /[*?[]/

function configGet(args: Arguments, replies: Replies, session: Session): void {
  const found = new Map<Setting, string>()
  for (let at = 2; at < args.count; at++) {
    const pattern = args.text(at)
    for (const setting of settings) {
      // Once each. A name that was asked for in so many words is given back as it was spelt.
      if (found.has(setting)) continue
      if (setting.name === pattern.toLowerCase()) found.set(setting, pattern)
      else if (PATTERN.test(pattern) && matchesGlob(pattern.toLowerCase(), setting.name)) {
        found.set(setting, setting.name)
      }
    }
  }
  map(replies, found.size)
  for (const [setting, name] of found) {
    replies.bulk(name)
    replies.bulk(setting.read(session.keyspace))
  }
}

/** All of them or, if one is wrong, none. */
function configSet(args: Arguments, replies: Replies, session: Session): void {
  if (args.count % 2 !== 0) return syntaxError(replies)
  const { keyspace } = session
  const chosen = new Map<Setting, string>()
  for (let at = 2; at < args.count; at += 2) {
    const name = cString(args.text(at))
    const setting = settings.find((one) => one.name === args.text(at).toLowerCase())
    if (setting === undefined) {
      const what = 'Unknown option or number of arguments for CONFIG SET'
      return error(replies, `ERR ${what} - '${name}'`)
    }
    if (setting.immutable) return refuse(name, "can't set immutable config", replies)
    if (chosen.has(setting)) return refuse(name, 'duplicate parameter', replies)
    chosen.set(setting, args.text(at + 1))
  }
  const values = new Map<Setting, string>()
  for (const [setting, text] of chosen) {
    const taken = setting.take(text, keyspace)
    if ('reason' in taken) return refuse(setting.name, taken.reason, replies)
    values.set(setting, taken.value)
  }
  for (const [setting, value] of values) setting.write?.(value, keyspace)
  ok(replies)
}

function refuse(name: string, reason: string, replies: Replies): void {
  const which = `possibly related to argument '${name}'`
  error(replies, `ERR CONFIG SET failed (${which}) - ${reason}`)
}
