/** What this machine can and cannot do for the lab: each tool, what is lost without it, a remedy. */
import { execFile, spawnSync } from 'node:child_process'
import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasDesktop, whyNoBrowser } from '../cli/browser.ts'
import { isDumb } from '../cli/progress.ts'
import { probePerf } from '../flame/perf.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { readCounters } from '../measure/process-counters.ts'
import { whyNotWritten } from '../run/disk.ts'
import { findTcl, lookAt } from '../run/installed.ts'
import { labRoot, otherRedis, redisVersion } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { type Stage, stages } from '../stages.ts'

export interface Finding {
  name: string
  /** `ok`; `less`: the lab works, and shows less; `missing`: the lab cannot work. */
  state: 'ok' | 'less' | 'missing'
  /** What was found. */
  found: string
  /** What is lost, if something is. */
  lost?: string
  /** What to do about it. */
  remedy?: string
}

export interface Checkup {
  machine: Machine
  findings: Finding[]
}

const run = promisify(execFile)

/** Looks at everything once; takes about a second, and never throws. */
export async function examine(): Promise<Checkup> {
  const findings = [
    node(),
    processors(),
    counters(),
    await perf(),
    await hardwareCounters(),
    redisServer(),
    program('redis-benchmark', 'no --tool redis-benchmark', 'redis-tools'),
    program('redis-cli', 'nothing to talk to a stage by hand', 'redis-tools'),
    program('valgrind', 'no npm run stat -- stage1 --instructions', 'valgrind'),
    tcl(),
    strace(),
    ...stages.filter(({ needs }) => needs !== undefined).map(stageWithNeeds),
    results(),
    temporaryFiles(),
    desktop(),
    terminal(),
  ]
  return { machine: readMachine(), findings }
}

function node(): Finding {
  const { node: version, v8 } = process.versions
  const pinned = process.execPath.includes('node_modules')
  return {
    name: 'Node',
    state: 'ok',
    found: `${version} (V8 ${v8}), ${pinned ? "the lab's own" : "this machine's"}`,
    ...(pinned
      ? {}
      : { lost: 'another engine than in the reference flame graphs', remedy: 'npm ci' }),
  }
}

/** A stage that cannot run everywhere says itself why. */
function stageWithNeeds(stage: Stage): Finding {
  const why = unsupportedReason(stage)
  const name = stage.needs!
  if (why === undefined) return { name, state: 'ok', found: `${stage.id} can run` }
  return { name, state: 'less', found: why, lost: `${stage.id}; the other stages do without` }
}

function processors(): Finding {
  const { cores, cpu } = readMachine()
  const finding: Finding = { name: 'processors', state: 'ok', found: `${cores} x ${cpu}` }
  if (cores >= 2) return finding
  return {
    ...finding,
    state: 'less',
    lost: 'server and load share one core: rates mean little, CPU per request still does',
  }
}

function counters(): Finding {
  const { cpu, io } = readCounters(process.pid)
  const parts = [
    'value' in cpu ? `CPU time (${cpu.value.exact ? 'ns' : '10 ms'})` : undefined,
    'value' in io ? 'reads and writes' : undefined,
  ].filter((part) => part !== undefined)
  const missing = [cpu, io].flatMap((counted) => ('missing' in counted ? [counted.missing] : []))
  if (missing.length === 0) return { name: 'counters', state: 'ok', found: parts.join(', ') }
  return {
    name: 'counters',
    state: 'less',
    found: parts.length === 0 ? 'none' : `only ${parts.join(', ')}`,
    lost: `${missing.join('; ')}: the cost per request is not known`,
    ...(process.platform === 'linux' ? { remedy: 'mount -t proc proc /proc' } : {}),
  }
}

/** What is lost without perf. */
export const withoutPerf =
  "flame graphs are by V8's own profiler, with one frame for all that it cannot see"

async function perf(): Promise<Finding> {
  const probe = await probePerf()
  const remedy = probe.remedy === undefined ? {} : { remedy: probe.remedy }
  if (probe.usable && probe.kernel) {
    return { name: 'perf', state: 'ok', found: 'samples the server, V8 and the kernel' }
  }
  return {
    name: 'perf',
    state: 'less',
    found: probe.why ?? 'cannot be used',
    lost: probe.usable ? 'the kernel is not in the flame graphs' : withoutPerf,
    ...remedy,
  }
}

async function hardwareCounters(): Promise<Finding> {
  const name = 'cache counters'
  const lost = 'no cache and TLB figures, as the article has them'
  try {
    const { stderr } = await run('perf', ['stat', '-e', 'cache-references', 'true'], {
      timeout: 10_000,
      killSignal: 'SIGKILL',
    })
    if (!/<not (supported|counted)>/.test(stderr)) {
      return { name, state: 'ok', found: 'perf stat counts cache references' }
    }
    return {
      name,
      state: 'less',
      found: 'not supported here (often so in a virtual machine)',
      lost,
    }
  } catch {
    return { name, state: 'less', found: 'perf stat cannot be used', lost }
  }
}

function program(name: string, lost: string, debianPackage: string, option?: string): Finding {
  const seen = lookAt(name, option)
  if (seen.state === 'runs') return { name, state: 'ok', found: seen.version ?? 'found' }
  const [word, found] =
    seen.state === 'missing' ? ['install', 'not on the PATH'] : ['reinstall', `fails: ${seen.why}`]
  const remedy =
    process.platform === 'darwin'
      ? `brew ${word} ${debianPackage.replace(/-(tools|server)/, '')}`
      : `sudo apt-get install ${word === 'install' ? '' : '--reinstall '}${debianPackage}`
  return { name, state: 'less', found, lost, remedy }
}

function redisServer(): Finding {
  const lost = 'no comparison with the real Redis, and no npm run fuzz'
  const finding = program('redis-server', lost, 'redis-server')
  const other = finding.state === 'ok' ? otherRedis() : undefined
  if (other === undefined) return finding
  return {
    ...finding,
    state: 'less',
    lost: `the lab's replies and published ratios are to ${redisVersion}`,
  }
}

/** Counts what `true` does: there may be a strace, and no permission to trace. */
function strace(): Finding {
  const lost = 'no list of every system call; what the lab itself counts does not need it'
  const finding = program('strace', lost, 'strace', '-V')
  if (finding.state !== 'ok') return finding
  const { status, stderr } = spawnSync('strace', ['-c', '-o', '/dev/null', 'true'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 10_000,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return finding
  const why = stderr
    .trim()
    .split('\n')[0]
    ?.replace(/^strace: /, '')
  return {
    name: 'strace',
    state: 'less',
    found: `is not allowed to trace here${why ? `: ${why}` : ''}`,
    lost,
    remedy: 'sudo sysctl kernel.yama.ptrace_scope=1; in a container: --cap-add SYS_PTRACE',
  }
}

/** Where results are saved. */
function results(place = join(labRoot, 'profiles')): Finding {
  const why = whyReadOnly(place)
  if (why === undefined) return { name: 'results', state: 'ok', found: 'saved in profiles/local' }
  return {
    name: 'results',
    state: 'less',
    found: `profiles/ cannot be written to: ${why}`,
    lost: `results go to ${tmpdir()}, and into no checkout`,
    remedy: 'copy the checkout to where you may write',
  }
}

function temporaryFiles(): Finding {
  const name = 'temporary files'
  const [place, why] = [tmpdir(), whyReadOnly(tmpdir())]
  const lost = 'no flame graphs: a recording is some tens of megabytes, for a while'
  const remedy = 'TMPDIR=DIRECTORY in front of a command, with one where there is room'
  if (why !== undefined) {
    return { name, state: 'less', found: `${place} cannot be written to: ${why}`, lost, remedy }
  }
  const { bavail, bsize } = statfsSync(place)
  const megabytes = Math.floor((bavail * bsize) / 1e6)
  if (megabytes >= 200) return { name, state: 'ok', found: `room in ${place}` }
  return { name, state: 'less', found: `${megabytes} MB left in ${place}`, lost, remedy }
}

function whyReadOnly(place: string): string | undefined {
  try {
    accessSync(place, constants.W_OK)
    return undefined
  } catch (failure) {
    return whyNotWritten(failure) ?? (failure as Error).message
  }
}

/** The widest table of the lab. */
const COLUMNS = 100

function terminal({ isTTY, columns } = process.stdout): Finding {
  const name = 'terminal'
  if (!isTTY) return { name, state: 'ok', found: 'none: no colour, and progress line by line' }
  if (columns > 0 && columns < COLUMNS) {
    return {
      name,
      state: 'less',
      found: `${columns} columns`,
      lost: `lines of tables are broken: the widest have ${COLUMNS} columns`,
      remedy: 'widen the window, or … | less -S',
    }
  }
  if (isDumb()) return { name, state: 'ok', found: 'TERM=dumb: progress line by line' }
  return { name, state: 'ok', found: `${columns} columns` }
}

/** It takes no `--version`, so it is not run. */
function tcl(): Finding {
  const path = findTcl()
  if (path !== undefined) return { name: 'tclsh', state: 'ok', found: path }
  return {
    name: 'tclsh',
    state: 'less',
    found: 'not on the PATH',
    lost: "no npm run test:redis: Redis' own test suite is written in Tcl",
    remedy: process.platform === 'darwin' ? 'brew install tcl-tk@8' : 'sudo apt-get install tcl',
  }
}

function desktop(): Finding {
  const why = hasDesktop() ? whyNoBrowser() : undefined
  if (why !== undefined) {
    const lost = 'flame graphs are not opened; their path is printed'
    return { name: 'browser', state: 'less', found: why, lost, remedy: 'open the file by hand' }
  }
  if (hasDesktop()) return { name: 'browser', state: 'ok', found: 'a desktop to open it on' }
  return {
    name: 'browser',
    state: 'less',
    found: 'no desktop is seen',
    lost: 'flame graphs are not opened; their path is printed',
  }
}
