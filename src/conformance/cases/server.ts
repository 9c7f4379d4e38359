/** Other facts about the server: HELP, TIME, FUNCTION, DEBUG, COMMAND GETKEYS. */
import { type Case, commands, each } from '../case.ts'
import { arity, array, bulks, emptyArray, err, matching, ok, replyWhere } from '../replies.ts'

/** It is the whole server's. */
const everywhere = { wholeServer: true }

const helps = (command: string, ...words: string[]) =>
  replyWhere(`the subcommands of ${command}`, ({ type, items }) => {
    const lines = (items ?? []).map((item) => `${item.type}${item.text}`)
    const first = `+${command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`
    const last = ['+HELP', '+    Prints this help.']
    return (
      type === '*' &&
      lines[0] === first &&
      lines.slice(-2).join() === last.join() &&
      words.every((word) => lines.includes(`+${word}`))
    )
  })

export const server: Case[] = [
  commands('HELP', [
    ['CLIENT HELP', helps('CLIENT', 'ID', 'SETNAME <name>')],
    ['COMMAND HELP', helps('COMMAND', 'COUNT', 'GETKEYS <full-command>')],
    ['CONFIG HELP', helps('CONFIG', 'GET <pattern>', 'RESETSTAT')],
    ['FUNCTION HELP', helps('FUNCTION', 'FLUSH [ASYNC|SYNC]')],
    ['object help', helps('OBJECT', 'ENCODING <key>', 'REFCOUNT <key>')],
  ]),
  commands('TIME', [['TIME', matching(/\*2\r\n\$10\r\n\d{10}\r\n\$\d\r\n\d{1,6}\r\n/)]]),
  commands(
    'FUNCTION',
    [
      ['FUNCTION FLUSH', ok],
      ['FUNCTION FLUSH ASYNC', ok],
      ['function flush sync', ok],
      ['FUNCTION LIST', emptyArray],
      ['FUNCTION LIST WITHCODE LIBRARYNAME x*', emptyArray],
    ],
    everywhere,
  ),
  ...each('bad FUNCTION', [
    ['FUNCTION', arity('function')],
    ['FUNCTION FLUSH now', err('FUNCTION FLUSH only supports SYNC|ASYNC option')],
    [
      'FUNCTION flush SYNC SYNC',
      err("unknown subcommand or wrong number of arguments for 'flush'. Try FUNCTION HELP."),
    ],
    ['FUNCTION LIST x', err('Unknown argument x')],
    ['FUNCTION LIST WITHCODE withcode', err('Unknown argument withcode')],
    ['FUNCTION LIST LIBRARYNAME', err('library name argument was not given')],
    ['FUNCTION nope', err("unknown subcommand 'nope'. Try FUNCTION HELP.")],
    ['TIME x', arity('time')],
    ['DEBUG', arity('debug')],
    [
      'DEBUG SLEEP 0',
      err(
        'DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
      ),
    ],
  ]),
  commands('COMMAND GETKEYS', [
    ['COMMAND GETKEYS GET a', bulks('a')],
    ['COMMAND GETKEYS SET a 1 EX 10', bulks('a')],
    ['COMMAND GETKEYS MSET a 1 b 2', bulks('a', 'b')],
    ['COMMAND GETKEYS DEL a b c', bulks('a', 'b', 'c')],
    ['COMMAND GETKEYS RENAME a b', bulks('a', 'b')],
    ['COMMAND GETKEYS object encoding a', array(...['$1\r\na\r\n'])],
    ['COMMAND GETKEYS ECHO a', err('The command has no key arguments')],
    ['COMMAND GETKEYS nosuch a', err('Invalid command specified')],
    ['COMMAND GETKEYS GET a b', err('Invalid number of arguments specified for command')],
    ['COMMAND GETKEYS GET', arity('command|getkeys')],
    ['COMMAND GETKEYS', arity('command|getkeys')],
  ]),
]
