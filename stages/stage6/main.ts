import { basename } from 'node:path'
import { ownStore } from '../../src/server/own-memory/own-database.ts'
import { start } from '../../src/server/start.ts'
import { unsupportedReason } from './unsupported.ts'
import './young-generation.ts'

const stage = basename(import.meta.dirname)
const why = await unsupportedReason()
if (why !== undefined) {
  console.error(`${stage} cannot run here: ${why}`)
  process.exit(3)
}
const { listen } = await import('./listener.ts')
await start(stage, listen, ownStore)
