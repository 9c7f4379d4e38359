import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { reading } from '../measure/counters.ts'
import { programStatScreen } from '../report/stat-program-report.ts'
import { pidProgram } from '../run/program.ts'
import { broughtLoad } from './loads.ts'
import { countProgram } from './stat-program.ts'

it.runIf(process.platform === 'linux')(
  'counts what a process does that runs already, which goes on',
  async () => {
    const source = `const fs = require('node:fs'); console.log('ready')
      setInterval(() => { for (let i = 0; i < 200; i++) fs.statSync('/'); fs.readFileSync('/proc/self/stat') }, 1)`
    const child = spawn(process.execPath, ['-e', source])
    try {
      await once(child.stdout, 'data')
      const options = { load: broughtLoad, seconds: 0.5, warmUpSeconds: 0 }
      const stat = await countProgram(pidProgram(child.pid!), options, () => {})
      expect(stat.requests).toBeUndefined()
      expect(reading(stat.counters, 'reads')).toHaveProperty('value')
      const reads = reading(stat.counters, 'reads') as { value: number }
      expect(reads.value).toBeGreaterThan(1)
      expect(child.exitCode).toBeNull()
      const lines = stripVTControlCharacters(programStatScreen('process', 'none', stat)).split('\n')
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
      expect(lines.join('\n')).toMatch(/in all +per second/)
    } finally {
      child.kill('SIGKILL')
    }
  },
  30_000,
)
