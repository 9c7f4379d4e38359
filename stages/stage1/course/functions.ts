import type { FunctionTexts, StageRoles } from '../../../src/stages.ts'

export const functions: FunctionTexts = {
  onRead:
    'Node calls it for each read, with the number of bytes that arrived. It hands them to the reader, runs every command that is complete, and sends the replies.',
  received: 'Tells the reader how many bytes the kernel has written into its buffer.',
  readByte: 'Adds the one byte of the buffer to the pending bytes of the line or payload.',
  takeTo: 'Takes the bytes of the buffer up to a position, after those pending from earlier reads.',
  parseMultibulk:
    'Reads a command in the form that clients send: the number of arguments, then each of them.',
  parseBulk: 'Reads one argument: its header with the length, then the payload, then CR LF.',
  parseInline: 'Reads a command that was typed as a line, such as PING by telnet.',
  expectDollar: 'Checks that an argument begins with $, and refuses the command if it does not.',
  text: 'A short line of a reply, or an argument as a string.',
  bulk: 'A reply with a payload: its length, the bytes, CR LF.',
  send: 'Hands the collected replies to the socket: write(2).',
  rewind: 'Removes the reply of a command that was not finished.',
}

export const roles: StageRoles = {
  'arguments.ts': 'parse',
  'connection.ts': 'parse',
  'parser.ts': 'parse',
  'reader.ts': 'parse',
  'replies.ts': 'reply',
}
