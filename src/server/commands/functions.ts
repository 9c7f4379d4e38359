/** FUNCTION, as far as it means anything where no function can be loaded: there are none. */
import type { Arguments } from '../arguments.ts'
import { array, cString, error, ok, type Replies } from '../replies.ts'
import { type Command, command, container, option, tooManyWords } from './command.ts'
import { help } from './help.ts'

export const functions: Command[] = [
  container('function', 'Functions of the server: there are none.', [
    command('flush', -2, 'write noscript', 'Deletes all functions.', flush, [0, 0, 0]),
    command('list', -2, 'noscript', 'Lists the functions.', list),
    help('function'),
  ]),
]

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
