/** TIME, and what is refused or empty here: DEBUG, and FUNCTION, as no function can be loaded. */
import type { Arguments } from '../arguments.ts'
import { array, cString, error, ok, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Handlers, option, tooManyWords } from './command.ts'
import { help } from './help.ts'

export const server: Handlers = {
  time,
  debug,
  'function|flush': flush,
  'function|list': list,
  'function|help': help('function'),
}

/** Seconds since 1970 and microseconds; Node knows the time of day to the millisecond. */
function time(_args: Arguments, replies: Replies): void {
  const now = Date.now()
  array(replies, 2)
  replies.bulk(String(Math.floor(now / 1000)))
  replies.bulk(String((now % 1000) * 1000))
}

/** Refused, as by a redis-server whose configuration does not allow it; EXEC then is refused too. */
function debug(_args: Arguments, replies: Replies, session: Session): void {
  if (session.transaction !== undefined) session.transaction.hasError = true
  error(
    replies,
    'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ' +
      'you can run it from a local connection, otherwise you need to set this option in the ' +
      'configuration file, and then restart the server.',
  )
}

function flush(args: Arguments, replies: Replies): void {
  if (args.count > 3) return tooManyWords(args, replies)
  if (args.count === 3 && !/^A?SYNC$/.test(option(args, 2))) {
    return error(replies, 'ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
  }
  ok(replies)
}

function list(args: Arguments, replies: Replies): void {
  const seen = new Set<string>()
  for (let at = 2; at < args.count; at++) {
    const word = option(args, at)
    if (seen.has(word) || (word !== 'WITHCODE' && word !== 'LIBRARYNAME')) {
      return error(replies, `ERR Unknown argument ${cString(args.text(at))}`)
    }
    seen.add(word)
    if (word === 'LIBRARYNAME' && ++at === args.count) {
      return error(replies, 'ERR library name argument was not given')
    }
  }
  array(replies, 0)
}
