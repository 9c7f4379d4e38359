/** What this machine can and cannot do for the lab: each tool, what is lost without it, a remedy. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { hasDesktop } from '../cli/browser.ts'
import { probePerf } from '../flame/perf-probe.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { readCounters } from '../measure/process-counters.ts'

export interface Finding {
  name: string
  /** `ok`; `less`: the lab works, and shows less; `missing`: the lab cannot work. */
  state: 'ok' | 'less' | 'missing'
  /** What was found. */
  found: string
  /** What is lost, where something is. */
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
    await program('redis-server', ['--version'], 'no comparison with the real Redis', 'redis'),
    await program('redis-benchmark', ['--version'], 'no --tool redis-benchmark', 'redis-tools'),
    await program('redis-cli', ['--version'], 'nothing to talk to a stage by hand', 'redis-tools'),
    await program('strace', ['-V'], 'no list of every system call', 'strace'),
    desktop(),
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

function processors(): Finding {
  const { cores, cpu } = readMachine()
  const finding: Finding = { name: 'processors', state: 'ok', found: `${cores} x ${cpu}` }
  if (cores >= 2) return finding
  return {
    ...finding,
    state: 'less',
    lost: 'server and load share one core: rates mean little, CPU a request still does',
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
    lost: missing.join('; '),
  }
}

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
    lost: probe.usable
      ? 'the kernel is not in the flame graphs'
      : "flame graphs are 0x's own, with one frame for all that it cannot see",
    ...remedy,
  }
}

async function hardwareCounters(): Promise<Finding> {
  const name = 'cache counters'
  const lost = 'no cache and TLB figures, as the article has them'
  try {
    const { stderr } = await run('perf', ['stat', '-e', 'cache-references', 'true'])
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

async function program(
  name: string,
  args: string[],
  lost: string,
  debianPackage: string,
): Promise<Finding> {
  try {
    const { stdout } = await run(name, args)
    const version = /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] ?? 'found'
    return { name, state: 'ok', found: version }
  } catch {
    const remedy =
      process.platform === 'darwin'
        ? `brew install ${debianPackage.replace('-tools', '')}`
        : `sudo apt-get install ${debianPackage}`
    return { name, state: 'less', found: 'not on the PATH', lost, remedy }
  }
}

function desktop(): Finding {
  if (hasDesktop()) return { name: 'browser', state: 'ok', found: 'a desktop to open it on' }
  return {
    name: 'browser',
    state: 'less',
    found: 'no desktop is seen',
    lost: 'flame graphs are not opened; their path is printed',
  }
}
