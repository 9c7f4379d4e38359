import { basename } from 'node:path'
import { listenWith } from '../../src/server/listen.ts'
import { ownStore } from '../../src/server/own-memory/own-database.ts'
import { start } from '../../src/server/start.ts'
import { serve } from './connection.ts'
import './young-generation.ts'

start(basename(import.meta.dirname), listenWith(serve), ownStore)
