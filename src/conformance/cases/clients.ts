/** RESET, AUTH, and what CLIENT tells of other connections. */
import { type Case, commands, each } from '../case.ts'
import { arity, err, matching, ok, replyWhere, simple, syntaxError } from '../replies.ts'

export const clients: Case[] = [
  commands(
    'RESET',
    [
      ['SELECT 3', ok],
      ['CLIENT SETNAME lab', ok],
      ['HELLO 3', matching(/%7\r\n[\s\S]*/)],
      ['RESET', simple('RESET')],
      ['GET k', '$-1\r\n'],
      ['CLIENT GETNAME', '$-1\r\n'],
      [
        'CLIENT INFO',
        replyWhere('database 0 and RESP2', ({ text }) => / db=0 .* resp=2/.test(text)),
      ],
      ['RESET x', arity('reset')],
    ],
    { changesConnection: true, wholeServer: true },
  ),
  commands('AUTH', [
    [
      'AUTH default',
      err(
        'AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      ),
    ],
    ['AUTH default x', ok],
    ['AUTH bob x', '-WRONGPASS invalid username-password pair or user is disabled.\r\n'],
    ['AUTH a b c', syntaxError],
    ['AUTH', arity('auth')],
  ]),
  commands(
    'CLIENT LIST',
    [
      ['CLIENT SETNAME lab', ok],
      [
        'CLIENT LIST',
        replyWhere('a line for each connection, this one among them', ({ type, text }) => {
          const lines = text.split('\n')
          return (
            type === '$' &&
            lines.pop() === '' &&
            lines.every((line) => /^id=\d+ addr=\S+ laddr=\S+ .* cmd=\S+ .*resp=[23]/.test(line)) &&
            lines.some((line) => / name=lab .* cmd=client\|list /.test(line))
          )
        }),
      ],
      ['CLIENT LIST TYPE normal', matching(/\$\d+\r\n[\s\S]* name=lab [\s\S]*\n\r\n/)],
      ['CLIENT LIST TYPE pubsub', '$0\r\n\r\n'],
      ['CLIENT LIST type REPLICA', '$0\r\n\r\n'],
      ['CLIENT LIST ID 999999999 888888888', '$0\r\n\r\n'],
    ],
    { changesConnection: true, wholeServer: true },
  ),
  commands('CLIENT of what the lab has not got', [
    ['CLIENT NO-EVICT on', ok],
    ['CLIENT no-evict OFF', ok],
    ['CLIENT GETREDIR', ':-1\r\n'],
    ['CLIENT UNBLOCK 999999999', ':0\r\n'],
    ['CLIENT UNBLOCK 999999999 error', ':0\r\n'],
  ]),
  ...each('bad CLIENT', [
    ['CLIENT LIST TYPE nosuch', err("Unknown client type 'nosuch'")],
    ['CLIENT LIST TYPE', syntaxError],
    ['CLIENT LIST TYPE normal ID 1', syntaxError],
    ['CLIENT LIST FOO', syntaxError],
    ['CLIENT LIST ID', syntaxError],
    ['CLIENT LIST ID 1 x', err('Invalid client ID')],
    ['CLIENT NO-EVICT', arity('client|no-evict')],
    ['CLIENT NO-EVICT x', syntaxError],
    ['CLIENT GETREDIR x', arity('client|getredir')],
    ['CLIENT UNBLOCK x', err('value is not an integer or out of range')],
    ['CLIENT UNBLOCK x y', err('CLIENT UNBLOCK reason should be TIMEOUT or ERROR')],
    [
      'CLIENT UNBLOCK 1 ERROR x',
      err("unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP."),
    ],
    ['CLIENT HELP x', arity('client|help')],
  ]),
]
