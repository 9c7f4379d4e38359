/**
 * The machine's card: what is shown with every result, so that figures of two machines are never
 * taken for figures of one. Nothing in it names the machine, its user or a place on its disk.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { labRoot } from '../run/server.ts'
import type { MachineLoad } from './machine-load.ts'

export interface Machine {
  /** As the system names it, e.g. `AMD EPYC`; `unknown` if it does not. */
  cpu: string
  /** Cores that this process may use. */
  cores: number
  memoryBytes: number
  /** e.g. `Debian GNU/Linux 12 (bookworm)`, `macOS 15.1`. */
  os: string
  /** e.g. `Linux 6.1.0`. */
  kernel: string
  /** e.g. `x64`. */
  arch: string
  /** Without the v. */
  node: string
  v8: string
  /** Commit of the checkout, 40 hex digits, or `unknown` if it is none. */
  commit: string
  /** Whether tracked files differ from that commit; null if the commit is unknown. */
  dirty: boolean | null
}

/**
 * Reads the card. Runs git three times, some 10 ms; never throws.
 * @param root the checkout
 */
export function readMachine(root = labRoot): Machine {
  // Not empty if an unpacked archive lies inside some other checkout, whose commit is not ours.
  const prefix = output('git', ['rev-parse', '--show-prefix'], root)
  const commit = prefix === '' ? output('git', ['rev-parse', '--verify', 'HEAD'], root) : undefined
  const changes = output('git', ['status', '--porcelain', '--untracked-files=no'], root)
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: osName(),
    kernel: `${type()} ${release()}`,
    arch: arch(),
    node: process.versions.node,
    v8: process.versions.v8,
    commit: commit ?? 'unknown',
    dirty: commit === undefined || changes === undefined ? null : changes !== '',
  }
}

/**
 * Looks how busy the machine is, from now to when the function that it returns is called; that is
 * given the share of a core that the target could get.
 */
export function watchMachineLoad(): (coreShare: number | null) => MachineLoad {
  const before = loadavg()[0]!
  return (coreShare) => ({ before, after: loadavg()[0]!, coreShare })
}

function osName(): string {
  if (process.platform === 'darwin') {
    return `macOS ${output('sw_vers', ['-productVersion']) ?? ''}`.trim()
  }
  try {
    const text = readFileSync('/etc/os-release', 'utf8')
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? type()
  } catch {
    return type()
  }
}

/** What a program prints, or undefined if it is missing or fails. */
function output(command: string, args: string[], cwd = labRoot): string | undefined {
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}
