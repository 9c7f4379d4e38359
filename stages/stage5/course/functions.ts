import type { FunctionTexts, StageRoles } from '../../../src/stages.ts'

export const functions: FunctionTexts = {}

export const roles: StageRoles = {
  'arguments.ts': 'parse',
  'connection.ts': 'parse',
  'parser.ts': 'parse',
  'reader.ts': 'parse',
  'recent-strings.ts': 'parse',
  'replies.ts': 'reply',
}
