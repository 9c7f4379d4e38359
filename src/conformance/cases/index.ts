import type { Case } from '../case.ts'
import { bits } from './bits.ts'
import { clients } from './clients.ts'
import { commandTable } from './command-table.ts'
import { connecting } from './connecting.ts'
import { errors } from './errors.ts'
import { expiry } from './expiry.ts'
import { inline } from './inline.ts'
import { keys } from './keys.ts'
import { lcs } from './lcs.ts'
import { numbers } from './numbers.ts'
import { object } from './object.ts'
import { protocol } from './protocol.ts'
import { scanning } from './scan.ts'
import { server } from './server.ts'
import { settings } from './settings.ts'
import { strings } from './strings.ts'
import { transactions } from './transactions.ts'
import { transfer } from './transfer.ts'

export interface Subject {
  name: string
  cases: readonly Case[]
}

/** The whole suite, by subject. */
export const subjects: readonly Subject[] = [
  { name: 'protocol', cases: protocol },
  { name: 'inline', cases: inline },
  { name: 'errors', cases: errors },
  { name: 'connecting', cases: connecting },
  { name: 'strings', cases: strings },
  { name: 'numbers', cases: numbers },
  { name: 'keys', cases: keys },
  { name: 'expiry', cases: expiry },
  { name: 'scan', cases: scanning },
  { name: 'bits', cases: bits },
  { name: 'lcs', cases: lcs },
  { name: 'transfer', cases: transfer },
  { name: 'transactions', cases: transactions },
  { name: 'object', cases: object },
  { name: 'clients', cases: clients },
  { name: 'settings', cases: settings },
  { name: 'command table', cases: commandTable },
  { name: 'server', cases: server },
]
