import { afterEach, describe, expect, test } from 'vitest'
import { probePerf } from '../flame/perf.ts'
import { type Fakes, fakePrograms } from '../run/fakes.ts'
import { notInstalled, perfFailure } from './perf-failure.ts'
import { countEvents } from './perf-stat.ts'

/** What perf 6.1 writes when it is not permitted. */
const forbidden = `Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open
access to performance monitoring and observability operations for processes
without CAP_PERFMON, CAP_SYS_PTRACE or CAP_SYS_ADMIN Linux capability.
perf_event_paranoid setting is 4:
`
const wrapper = `WARNING: perf not found for kernel 6.5.0-1015

  You may need to install the following packages for this specific kernel:
    linux-tools-6.5.0-1015-aws
`

test.each([
  [
    'forbidden',
    forbidden,
    4,
    /^perf is not allowed to record here \(perf_event_paranoid is 4\)$/,
    /sysctl/,
  ],
  ['forbidden by a container', forbidden, 1, /, although perf_event_paranoid is 1$/, /docker run/],
  [
    'forbidden, and no /proc',
    'perf_event_open(...): Operation not permitted',
    null,
    /is unknown\)$/,
    /sysctl/,
  ],
  [
    "Ubuntu's wrapper without a perf for the kernel",
    wrapper,
    2,
    /^perf is not installed for this kernel \(6\.5\.0-1015\)$/,
    /linux-tools-6\.5\.0-1015/,
  ],
  ['old', "  Error: unknown option `control'\n\n Usage: perf", 2, /too old .* 5\.10/, /apt-get/],
  ['older', " Error: switch `D' expects an unsigned numerical value", 2, /too old/, /apt-get/],
  ['a full disk', 'failed to write perf data, error: No space left', 2, /disk is full$/, /TMPDIR/],
  [
    'anything else',
    '\nWARNING: x\nout of luck\n',
    2,
    /^perf cannot record here: out of luck$/,
    /doctor/,
  ],
  ['not a word', '', 2, /^perf ended with SIGSEGV$/, /doctor/],
])('%s: one line, and what to do', (_, errorOutput, level, says, next) => {
  const failure = perfFailure('record', 'perf ended with SIGSEGV', errorOutput, level)
  expect(failure.message).toMatch(says)
  expect(failure.message).not.toContain('\n')
  expect(failure.next).toMatch(next)
})

test('no perf at all', () => {
  const { message, next } = perfFailure('record', notInstalled, '', null)
  expect(message).toBe(notInstalled)
  expect(next).toContain('apt-get install linux-perf')
})

describe.skipIf(process.platform !== 'linux')('a perf that', () => {
  let fakes: Fakes
  afterEach(() => fakes.remove())
  const faked = (script: string) => {
    fakes = fakePrograms({ perf: script })
    fakes.use()
  }

  test('is forbidden makes the lab take the other way, and say so', async () => {
    faked(`cat >&2 <<'END'\n${forbidden}END\nexit 255`)
    const probe = await probePerf()
    expect(probe).toMatchObject({ usable: false, kernel: false })
    expect(probe.why).toMatch(/^perf is not allowed to record here/)
    expect(probe.remedy).toMatch(/sysctl|docker/)
  })

  test.each([
    ['hangs', 'exec sleep 1000'],
    ['hangs with a child that keeps the pipes open', 'sleep 1000 & exec sleep 1000'],
  ])('%s is ended, whatever it was to do', async (_, script) => {
    faked(script)
    expect(await probePerf(300)).toMatchObject({
      usable: false,
      why: 'perf hangs: it did not answer within 0.3 s, the limit of the lab',
    })
    await expect(countEvents(process.pid, ['page-faults'], async () => {}, 300)).rejects.toThrow(
      'perf hangs: it did not answer within 0.3 s, the limit of the lab',
    )
  })

  test('prints garbage and crashes is reported by how it ended', async () => {
    faked('echo garbage; kill -SEGV $$')
    expect((await probePerf()).why).toBe('perf ended with SIGSEGV')
    await expect(countEvents(process.pid, ['page-faults'], async () => {})).rejects.toThrow(
      'perf stat ended with SIGSEGV',
    )
  })
})
