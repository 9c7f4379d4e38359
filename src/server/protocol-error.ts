/**
 * The client broke the protocol: nothing after this point in its stream can be understood. The
 * connection answers `-ERR Protocol error: <message>` and closes.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

export function invalidMultibulkLength(): ProtocolError {
  return new ProtocolError('invalid multibulk length')
}

export function invalidBulkLength(): ProtocolError {
  return new ProtocolError('invalid bulk length')
}

/** Something else stood where a `$` had to; `byte` is shown as it is, as Redis does. */
export function expectedBulk(byte: number): ProtocolError {
  return new ProtocolError(`expected '$', got '${String.fromCharCode(byte)}'`)
}
