/**
 * The lab beside the tools that people use, on one program under one load, each in a separate run:
 * what each names, what each sees, and what each costs the program.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { CpuTime } from '../flame/accounting.ts'
import { captureCpuProfile, captureTime } from '../flame/capture.ts'
import { captureWindow } from '../flame/capture-window.ts'
import { readProfileFile } from '../flame/formats/profile-file.ts'
import { byLayers, isOwnCode } from '../flame/layers.ts'
import { type PerfProbe, probePerf } from '../flame/perf.ts'
import { type FrameNode, type FrameTree, labelOf } from '../flame/tree.ts'
import type { Counted } from '../measure/counted.ts'
import { LabError } from '../run/lab-error.ts'
import { readerDirectory } from '../run/reader-directory.ts'
import { labRoot } from '../run/server.ts'
import { runToolOn, type ToolPlan, type ToolSubject, zeroXTree } from './outside-tools.ts'
import { underLoadOf } from './profile.ts'

/** What one tool shows; shares are of what it counts, from 0 to 1. */
export interface Shows {
  /** The own function with most time, see `culpritOf`. Undefined: it names none. */
  culprit: { label: string; share: number | undefined } | undefined
  /** Undefined: it cannot see it. */
  kernel: number | undefined
  gc: number | undefined
  /** Microseconds of CPU time of the main thread per request, while it recorded. */
  cpu: number | undefined
}

export interface ToolBeside {
  tool: string
  shows: Counted<Shows>
}

export interface ToolsBeside {
  /** CPU time per request without any tool, µs: before and after all others. */
  plain: readonly number[]
  tools: readonly ToolBeside[]
}

/** Runs them all, one after the other; one that fails does not end the others. */
export async function toolsBeside(
  subject: ToolSubject,
  plan: ToolPlan,
  onStep: (text: string) => void,
): Promise<ToolsBeside> {
  const probe = await probePerf()
  const { program } = subject
  const options = () => underLoadOf(program, plan, onStep)
  const plain: number[] = []
  const measurePlain = async () => {
    onStep('without a profiler')
    const nothing = { nodeFlags: [], recording: 'measuring', record: nothingRecorded }
    const each = perRequest(await captureWindow(program, options(), nothing))
    if (each !== undefined) plain.push(each)
  }
  await measurePlain()
  const tools: ToolBeside[] = []
  const add = async (tool: string, show: () => Promise<Shows>) => {
    onStep(tool)
    tools.push({ tool, shows: await orMissing(show) })
  }
  await add('the lab, by perf', () => byPerf(subject, probe, options()))
  await add('--cpu-prof', async () => {
    const { tree, cpu } = await captureCpuProfile(program, options())
    return shown(tree, cpu, tree.requests)
  })
  await add('0x', async () => {
    const { tree, cpu, requests } = await zeroXTree(subject, plan, onStep)
    return shown(tree, cpu, requests)
  })
  await add('clinic flame', () => byClinic(subject, plan, tools, onStep))
  await add('@platformatic/flame', () => byPlatformatic(subject, options()))
  await measurePlain()
  return { plain, tools }
}

const nothingRecorded = (_: unknown, during: () => Promise<void>) => during()

async function byPerf(
  { program }: ToolSubject,
  probe: PerfProbe,
  options: ReturnType<typeof underLoadOf>,
): Promise<Shows> {
  if (!probe.usable) throw new LabError(probe.why ?? 'perf cannot be used here')
  const { tree, cpu } = await captureTime(program, { ...options, prefer: 'perf', probe })
  const kernel = probe.kernel ? shareOf(tree.root, ({ kind }) => kind === 'kernel') : undefined
  return { ...shown(tree, cpu, tree.requests), kernel }
}

/** Its page has shares in pixels only: it is asked whether it has the function that others found. */
async function byClinic(
  subject: ToolSubject,
  plan: ToolPlan,
  others: readonly ToolBeside[],
  onStep: (text: string) => void,
): Promise<Shows> {
  const result = await runToolOn('flame', subject, plan, onStep)
  if ('skipped' in result) throw new LabError(result.skipped)
  const page = resolve(labRoot, result.page)
  const text = await readFile(page, 'utf8')
  rmSync(dirname(page), { recursive: true })
  const found = others.flatMap(({ shows }) => ('value' in shows ? (shows.value.culprit ?? []) : []))
  const culprit = found.find(({ label }) => {
    const [name, place] = label.split(' ') as [string, string?]
    const [file, line] = (place ?? '').split(':')
    const at = `${RegExp.escape(name)} [^"]*${RegExp.escape(file!)}[^"]{0,8}:${line}\\b`
    return line !== undefined && new RegExp(at).test(text)
  })
  const cpu = perRequest(result)
  const named = culprit && { label: culprit.label, share: undefined }
  return { culprit: named, kernel: undefined, gc: undefined, cpu }
}

/** Where its preload is, seen from where the reader stands, the program, or the lab. */
function preloadOf({ program }: ToolSubject): string {
  for (const place of [readerDirectory(), program.root, labRoot]) {
    try {
      const entry = createRequire(join(place, 'package.json')).resolve('@platformatic/flame')
      for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
        if (existsSync(join(at, 'preload.js'))) return join(at, 'preload.js')
      }
    } catch {
      // not there
    }
  }
  throw new LabError('it is not installed, and the lab does not bring it', {
    next: 'npm install @platformatic/flame in the directory where you stand',
  })
}

/** Longest wait for its profile, ms. */
const PROFILE_MS = 20_000

/** It begins and ends with SIGUSR2, and writes its files where the program works. */
async function byPlatformatic(
  subject: ToolSubject,
  options: ReturnType<typeof underLoadOf>,
): Promise<Shows> {
  const { program } = subject
  const nodeFlags = ['--require', preloadOf(subject)]
  const isIts = (name: string) => /^(cpu|heap)-profile-\d{4}-.*\.(pb|html|md)$/.test(name)
  const files = () => readdirSync(program.root).filter(isIts)
  const before = new Set(files())
  try {
    let profile: FrameTree | undefined
    const window = await captureWindow(program, options, {
      nodeFlags,
      recording: 'recording with @platformatic/flame',
      record: async ({ pid }, during) => {
        process.kill(pid, 'SIGUSR2')
        await during()
        process.kill(pid, 'SIGUSR2')
        const until = performance.now() + PROFILE_MS
        const isNew = (name: string) => /^cpu.*\.pb$/.test(name) && !before.has(name)
        while (files().find(isNew) === undefined) {
          if (performance.now() > until) throw new LabError('it wrote no profile')
          await delay(100)
        }
        await delay(500) // it writes the file in one piece, and then draws
        profile = await readProfileFile(join(program.root, files().find(isNew)!))
      },
    })
    return shown(profile!, window.cpu, window.requests)
  } finally {
    for (const name of files()) if (!before.has(name)) rmSync(join(program.root, name))
  }
}

function shown(tree: FrameTree, cpu: CpuTime | undefined, requests: number | undefined): Shows {
  const layered = byLayers(tree)
  const culprit = culpritOf(layered.root)
  const isGc = ({ kind, name }: FrameNode) => kind === 'gc' || /^\(?garbage collect/i.test(name)
  return {
    culprit,
    kernel: undefined,
    gc: shareOf(layered.root, isGc),
    cpu: perRequest({ cpu, requests }),
  }
}

/**
 * The program's own function with most time, what it calls in others' code included: each sample
 * counts for the last own function on its stack.
 */
export function culpritOf(root: FrameNode): Shows['culprit'] {
  const times = new Map<string, number>()
  const visit = (node: FrameNode, own: string | undefined) => {
    const last = isOwnCode(node) ? labelOf(node) : own
    if (last !== undefined) times.set(last, (times.get(last) ?? 0) + node.self)
    for (const child of node.children) visit(child, last)
  }
  visit(root, undefined)
  const [first] = [...times].sort((a, b) => b[1] - a[1])
  return first === undefined || root.total === 0
    ? undefined
    : { label: first[0], share: first[1] / root.total }
}

/** The share of the topmost frames for which that holds. */
function shareOf(root: FrameNode, is: (node: FrameNode) => boolean): number {
  const sum = (node: FrameNode): number =>
    is(node) ? node.total : node.children.reduce((all, child) => all + sum(child), 0)
  return root.total === 0 ? 0 : sum(root) / root.total
}

function perRequest(window: {
  cpu: CpuTime | undefined
  requests: number | undefined
}): number | undefined {
  const { cpu, requests } = window
  if (cpu === undefined || requests === undefined || requests === 0) return undefined
  return (cpu.user + cpu.system) / requests
}

async function orMissing(show: () => Promise<Shows>): Promise<Counted<Shows>> {
  try {
    return { value: await show() }
  } catch (failure) {
    return { missing: failure instanceof Error ? failure.message : String(failure) }
  }
}
