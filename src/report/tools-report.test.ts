import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { toolsScreen } from './tools-report.ts'

it('says what each tool shows and costs, and why one is missing, in 80 columns', () => {
  const label = 'aFunctionWithALongNameIndeed src/deep/down/in/a/directory.ts:12'
  const all = {
    plain: [100, 120],
    tools: [
      {
        tool: 'the lab, by perf',
        shows: { value: { culprit: { label, share: 0.412 }, kernel: 0.2, gc: 0.031, cpu: 121 } },
      },
      {
        tool: 'clinic flame',
        shows: { value: { culprit: undefined, kernel: undefined, gc: undefined, cpu: undefined } },
      },
      { tool: '@platformatic/flame', shows: { missing: 'it is not installed' } },
    ],
  }
  const lines = stripVTControlCharacters(toolsScreen('server.ts', 'GET /', all)).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  const of = (name: string) => lines.find((line) => line.startsWith(name))
  expect(of('the lab')).toMatch(/aFunct\w* …\/directory\.ts:12 41 % +20 % +3\.1 % +\+10 %$/)
  expect(of('clinic flame')).toMatch(/none named +- +- +-$/)
  expect(of('@platformatic/flame')).toMatch(/missing/)
  expect(lines).toContain('No @platformatic/flame: it is not installed.')
})
