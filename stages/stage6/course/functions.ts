import type { FunctionTexts, StageRoles } from '../../../src/stages.ts'

export const functions: FunctionTexts = {}

export const roles: StageRoles = {
  'arguments.ts': 'parse',
  'connection.ts': 'parse',
  // A loop of the stage's own, and the system call that it makes: the kernel's frames distinguish
  // reads and writes.
  'kernel.ts': 'event loop',
  'loop.ts': 'event loop',
  'parser.ts': 'parse',
  'reader.ts': 'parse',
  'receive-buffers.ts': 'read',
  'recent-strings.ts': 'parse',
  'replies.ts': 'reply',
  'ring.ts': 'event loop',
  'slab.ts': 'reply',
  'socket.ts': 'reply',
}
