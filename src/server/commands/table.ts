import { catalogue } from './catalogue.ts'
import type { Command } from './command.ts'
import { connection } from './connection.ts'
import { expiry } from './expiry.ts'
import { facts } from './facts.ts'
import { keys } from './keys.ts'
import { numbers } from './numbers.ts'
import { scanning } from './scan.ts'
import { strings } from './strings.ts'

const table = new Map<string, Command>()
const all = [strings, numbers, keys, scanning, expiry, connection, facts].flat()
for (const entry of [...all, catalogue(table)]) table.set(entry.name.toUpperCase(), entry)

/** Every command that the stages know, by its name in upper case. */
export const commands: ReadonlyMap<string, Command> = table
