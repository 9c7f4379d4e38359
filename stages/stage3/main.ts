import { basename } from 'node:path'
import { start } from '../../src/server/start.ts'
import { serve } from './connection.ts'

start(basename(import.meta.dirname), serve)
