import { MAX_COMMAND } from './limits.ts'

/**
 * The client broke the protocol: nothing after this point in its stream can be understood. The
 * connection answers `-ERR Protocol error: <message>` and closes.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** The command is larger than any may be. It gets no answer: the connection closes at once. */
export class CommandTooLarge extends Error {
  override readonly name = 'CommandTooLarge'
}

/**
 * To be asked about a command that has not arrived whole.
 * @param bytes how long it is, as far as that is known
 * @throws CommandTooLarge
 */
export function checkCommandSize(bytes: number): void {
  if (bytes > MAX_COMMAND) throw new CommandTooLarge(`a command of more than ${MAX_COMMAND} bytes`)
}

export function invalidMultibulkLength(): ProtocolError {
  return new ProtocolError('invalid multibulk length')
}

export function invalidBulkLength(): ProtocolError {
  return new ProtocolError('invalid bulk length')
}

/** Something else came in place of a `$`; `byte` is shown as it is, as Redis does. */
export function expectedBulk(byte: number): ProtocolError {
  return new ProtocolError(`expected '$', got '${String.fromCharCode(byte)}'`)
}
