/** RESET, AUTH, and what CLIENT shows of other connections. */
import { cmd } from '../bytes.ts'
import { bytes, type Case, commands, each } from '../case.ts'
import {
  arity,
  bulk,
  bulks,
  err,
  int,
  matching,
  ok,
  replyWhere,
  simple,
  syntaxError,
} from '../replies.ts'

const own = { changesConnection: true }

const notTracking = err(
  'CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
)

/** What a line of CLIENT LIST says of a connection that has just asked for it; Redis 7.2 says more. */
const fields = new RegExp(
  '^id=\\d+ addr=\\S+ laddr=\\S+ fd=\\d+ name=\\S* age=\\d+ idle=0 flags=N db=\\d+ sub=0 psub=0 ssub=0 ' +
    'multi=-1 qbuf=\\d+ qbuf-free=\\d+ argv-mem=\\d+ multi-mem=0 rbs=\\d+ rbp=\\d+ obl=\\d+ ' +
    'oll=\\d omem=\\d+ tot-mem=\\d+ events=rw? cmd=client\\|list user=default redir=-1 resp=2',
)

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
  commands(
    'CLIENT LIST shows each connection',
    [
      [
        'CLIENT LIST',
        replyWhere('the fields that tools read', ({ text }) => {
          const line = text.split('\n').find((one) => one.includes(' cmd=client|list '))
          return fields.test(line ?? '')
        }),
      ],
    ],
    { wholeServer: true },
  ),
  commands(
    'CLIENT REPLY',
    [
      ['CLIENT REPLY SKIP'],
      ['PING a'],
      ['PING b', bulk('b')],
      ['CLIENT REPLY SKIP'],
      ['CLIENT REPLY SKIP'],
      ['PING c'],
      ['PING d', bulk('d')],
      ['client reply off'],
      ['PING e'],
      ['nosuch'],
      ['GET'],
      ['CLIENT REPLY SKIP'],
      ['SET k v'],
      ['CLIENT REPLY ON', ok],
      ['GET k', bulk('v')],
      ['CLIENT REPLY SKIP'],
      ['CLIENT REPLY ON', ok],
      ['PING f', bulk('f')],
      ['CLIENT REPLY x', syntaxError],
      ['CLIENT REPLY', arity('client|reply')],
    ],
    own,
  ),
  commands('CLIENT REPLY until RESET', [['CLIENT REPLY OFF'], ['RESET', simple('RESET')]], own),
  commands(
    'CLIENT REPLY inside a transaction',
    [
      ['MULTI', ok],
      ['CLIENT REPLY SKIP', simple('QUEUED')],
      ['PING a', simple('QUEUED')],
      // Promises two replies, and gives one.
      ['EXEC', `*2\r\n${bulk('a')}`],
      ['PING b'],
      ['PING c', bulk('c')],
    ],
    own,
  ),
  commands(
    'CLIENT REPLY OFF: neither EXEC nor HELLO says anything, and both count',
    [
      ['CLIENT REPLY OFF'],
      ['MULTI'],
      ['SET k v'],
      ['EXEC'],
      ['HELLO 3'],
      ['CLIENT REPLY ON', ok],
      ['GET k', bulk('v')],
      ['GET other', '_\r\n'],
    ],
    own,
  ),
  bytes(
    'CLIENT KILL of oneself, when the reply has gone',
    cmd('CLIENT', 'KILL', 'SKIPME', 'no', 'ADDR', '127.0.0.1:1') +
      cmd('CLIENT', 'KILL', 'USER', 'default', 'TYPE', 'pubsub', 'SKIPME', 'no'),
    [int(0), int(0)],
    'open',
  ),
  ...each(
    'CLIENT KILL without a match',
    [
      ['CLIENT KILL 1.2.3.4:5', err('No such client')],
      ['CLIENT KILL ID 999999999', int(0)],
      ['CLIENT KILL ID 999999999 TYPE normal SKIPME no', int(0)],
      ['CLIENT KILL TYPE pubsub', int(0)],
      ['CLIENT KILL type Replica', int(0)],
      ['CLIENT KILL ADDR 1.2.3.4:5', int(0)],
      ['CLIENT KILL LADDR 1.2.3.4:5 USER default', int(0)],
    ],
    { wholeServer: true },
  ),
  commands('CLIENT TRACKING is off', [
    ['CLIENT TRACKING OFF', ok],
    ['CLIENT TRACKING off BCAST NOLOOP', ok],
    [
      'CLIENT TRACKINGINFO',
      `*6\r\n${bulk('flags')}${bulks('off')}${bulk('redirect')}:-1\r\n${bulk('prefixes')}*0\r\n`,
    ],
    ['CLIENT CACHING YES', notTracking],
    ['CLIENT CACHING x', notTracking],
    ['CLIENT PAUSE 0', ok],
    ['CLIENT PAUSE 0 write', ok],
    ['CLIENT UNPAUSE', ok],
  ]),
  commands(
    'CLIENT PAUSE: what writes comes later, what reads does not',
    [
      ['CLIENT PAUSE 20 WRITE', ok],
      ['GET k', '$-1\r\n'],
      ['SET k v', ok],
      ['GET k', bulk('v')],
      ['CLIENT PAUSE 20', ok],
      ['GET k', bulk('v')],
      ['CLIENT PAUSE 1000000000 write', ok],
      ['GET k', bulk('v')],
      ['CLIENT PAUSE 0 WRITE', ok],
      ['CLIENT UNPAUSE', ok],
      ['SET k w', ok],
    ].map(([words, reply]) => [words!, reply!]),
    { wholeServer: true },
  ),
  commands('CLIENT of what the lab has not got', [
    ['CLIENT NO-EVICT on', ok],
    ['CLIENT no-evict OFF', ok],
    ['CLIENT GETREDIR', ':-1\r\n'],
    ['CLIENT UNBLOCK 999999999', ':0\r\n'],
    ['CLIENT UNBLOCK 999999999 error', ':0\r\n'],
  ]),
  ...each('bad CLIENT', [
    ['CLIENT KILL', arity('client|kill')],
    ['CLIENT KILL ID x', err('client-id should be greater than 0')],
    ['CLIENT KILL ID 0', err('client-id should be greater than 0')],
    ['CLIENT KILL TYPE foo', err("Unknown client type 'foo'")],
    ['CLIENT KILL USER nosuch', err("No such user 'nosuch'")],
    ['CLIENT KILL ID 999999999 SKIPME foo', syntaxError],
    ['CLIENT KILL FOO 1', syntaxError],
    ['CLIENT KILL ID 1 FOO', syntaxError],
    ['CLIENT TRACKING', arity('client|tracking')],
    ['CLIENT TRACKING FOO', syntaxError],
    ['CLIENT TRACKING OFF FOO', syntaxError],
    ['CLIENT TRACKING ON REDIRECT x', err('value is not an integer or out of range')],
    [
      'CLIENT TRACKING ON REDIRECT 999999999',
      err('The client ID you want redirect to does not exist'),
    ],
    ['CLIENT TRACKINGINFO x', arity('client|trackinginfo')],
    ['CLIENT CACHING', arity('client|caching')],
    ['CLIENT PAUSE', arity('client|pause')],
    ['CLIENT PAUSE x', err('timeout is not an integer or out of range')],
    ['CLIENT PAUSE -1', err('timeout is negative')],
    ['CLIENT PAUSE 0 FOO', err('CLIENT PAUSE mode must be WRITE or ALL')],
    ['CLIENT UNPAUSE x', arity('client|unpause')],
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
