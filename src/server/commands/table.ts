import { bits } from './bits.ts'
import { catalogue } from './catalogue.ts'
import { client } from './client.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { connection } from './connection.ts'
import { expiry } from './expiry.ts'
import { facts } from './facts.ts'
import { functions } from './functions.ts'
import { keys } from './keys.ts'
import { lcs } from './lcs.ts'
import { numbers } from './numbers.ts'
import { object } from './object.ts'
import { scanning } from './scan.ts'
import { strings } from './strings.ts'
import { transfer } from './transfer.ts'

const table = new Map<string, Command>()
const all = [
  strings,
  numbers,
  bits,
  lcs,
  keys,
  transfer,
  object,
  scanning,
  expiry,
  connection,
  client,
  config,
  functions,
  facts,
].flat()
for (const entry of [...all, catalogue(table)]) table.set(entry.name.toUpperCase(), entry)

/** Every command that the stages know, by its name in upper case. */
export const commands: ReadonlyMap<string, Command> = table
