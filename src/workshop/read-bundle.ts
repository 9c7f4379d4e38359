/**
 * Reads a bundle that somebody handed in: it may be cut off, made by another version, or by hand.
 * What comes out has every field that the room shows, of the right type, and no character that
 * would move a cursor or end a tag.
 */
import type { TestName } from '../load/workload.ts'
import { testNames } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import type { Machine } from '../measure/machine.ts'
import type { CpuSplit } from '../measure/process-counters.ts'
import type { Ratio } from '../measure/statistics.ts'
import { stages } from '../stages.ts'
import {
  type Bundle,
  bundleFormat,
  type KeptGuess,
  type Reading,
  type StepRatio,
} from './bundle.ts'

/** Why a text is no bundle; the message is for a person, and follows the file's name. */
export class NotABundle extends Error {}

/** More than any reader has: six stages' worth of tests and batches, many times over. */
const MOST_ENTRIES = 200

/**
 * @param text of the file
 * @throws NotABundle
 */
export function readBundle(text: string): Bundle {
  const document = fields(parse(text))
  if (document.kind !== 'lab-bundle') throw new NotABundle('is no bundle of the lab')
  if (typeof document.format === 'number' && document.format > bundleFormat) {
    throw new NotABundle('was made by a newer lab: bring this checkout up to date (git pull)')
  }
  if (document.format !== bundleFormat) throw new NotABundle('has a format that is not known')
  return {
    format: bundleFormat,
    kind: 'lab-bundle',
    id: word(document.id, 'id', 40),
    name: word(document.name, 'name', 40),
    at: moment(document.at),
    machine: readMachineCard(document.machine),
    readings: list(document.readings, 'readings').map(readReading),
    ratios: list(document.ratios, 'ratios').map(readRatio),
    guesses: list(document.guesses, 'guesses').map(readGuess),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotABundle(text.trim() === '' ? 'is empty' : 'is not JSON, or was cut off')
  }
}

function readMachineCard(value: unknown): Machine {
  const card = fields(value)
  return {
    cpu: word(card.cpu, 'cpu', 60),
    cores: positive(card.cores, 'cores'),
    memoryBytes: positive(card.memoryBytes, 'memoryBytes'),
    os: word(card.os, 'os', 60),
    kernel: word(card.kernel, 'kernel', 60),
    arch: word(card.arch, 'arch', 20),
    node: word(card.node, 'node', 20),
    v8: word(card.v8, 'v8', 40),
    commit: word(card.commit, 'commit', 40),
    dirty: typeof card.dirty === 'boolean' ? card.dirty : null,
  }
}

function readReading(value: unknown): Reading {
  const one = fields(value)
  const latency = fields(one.latency)
  const profile = one.profile === null ? null : fields(one.profile)
  return {
    stage: stageId(one.stage),
    at: moment(one.at),
    from: one.from === 'comparison' ? 'comparison' : 'stage',
    test: testName(one.test),
    pipeline: positive(one.pipeline, 'pipeline'),
    seconds: positive(one.seconds, 'seconds'),
    requestsPerSecond: positive(one.requestsPerSecond, 'requestsPerSecond'),
    latency: { p50: positive(latency.p50, 'p50'), p99: positive(latency.p99, 'p99') },
    cpu: counted(one.cpu, readCpu),
    reads: counted(one.reads, (count) => notNegative(count, 'reads')),
    writes: counted(one.writes, (count) => notNegative(count, 'writes')),
    clientBusy: one.clientBusy === null ? null : notNegative(one.clientBusy, 'clientBusy'),
    profile: profile && {
      source: word(profile.source, 'source', 20),
      certain: profile.certain === true,
      byRole: shares(profile.byRole),
    },
  }
}

function readCpu(value: unknown): CpuSplit {
  const { user, system, total } = fields(value)
  return {
    user: notNegative(user, 'user'),
    system: notNegative(system, 'system'),
    total: positive(total, 'total'),
  }
}

function readRatio(value: unknown): StepRatio {
  const one = fields(value)
  return {
    stage: stageId(one.stage),
    before: stageId(one.before),
    at: moment(one.at),
    test: testName(one.test),
    pipeline: positive(one.pipeline, 'pipeline'),
    rounds: positive(one.rounds, 'rounds'),
    rate: ratio(one.rate),
    cpu: counted(one.cpu, ratio),
    clientBound: one.clientBound === true,
  }
}

function readGuess(value: unknown): KeptGuess {
  const { id, guess, verdict } = fields(value)
  return {
    id: word(id, 'id of a guess', 60),
    guess: guessed(guess),
    verdict: typeof verdict === 'string' ? plain(verdict, 20) : null,
  }
}

function guessed(value: unknown): KeptGuess['guess'] {
  if (typeof value === 'number') return finite(value, 'guess')
  if (typeof value === 'string') return plain(value, 120)
  return list(value, 'guess').map((item) => word(item, 'guess', 120))
}

function ratio(value: unknown): Ratio {
  const one = fields(value)
  const end = (value: unknown) => (value === null ? null : notNegative(value, 'interval'))
  return { ratio: positive(one.ratio, 'ratio'), low: end(one.low), high: end(one.high) }
}

function counted<T>(value: unknown, read: (value: unknown) => T): Counted<T> {
  const one = fields(value)
  if ('value' in one) return { value: read(one.value) }
  return { missing: word(one.missing, 'missing', 200) }
}

function shares(value: unknown): Record<string, number> {
  const pairs = Object.entries(fields(value)).slice(0, 20)
  return Object.fromEntries(pairs.map(([role, share]) => [plain(role, 20), finite(share, role)]))
}

function fields(value: unknown): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw new NotABundle('is no bundle of the lab, or parts of it are missing')
}

function list(value: unknown, what: string): unknown[] {
  if (Array.isArray(value) && value.length <= MOST_ENTRIES) return value
  throw new NotABundle(`is damaged: no list of ${what}`)
}

function word(value: unknown, what: string, longest: number): string {
  if (typeof value === 'string' && plain(value, longest) !== '') return plain(value, longest)
  throw new NotABundle(`is damaged: no ${what}`)
}

/** Without control characters and what turns the direction of writing. */
function plain(text: string, longest: number): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, longest)
}

function moment(value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) {
    return new Date(value).toISOString()
  }
  throw new NotABundle('is damaged: no date')
}

function stageId(value: unknown): string {
  const found = stages.find(({ id }) => id === value)
  if (found !== undefined) return found.id
  throw new NotABundle('tells of a stage that this lab does not have: git pull')
}

function testName(value: unknown): TestName {
  const found = testNames.find((name) => name === value)
  if (found !== undefined) return found
  throw new NotABundle('is damaged: no test of the lab')
}

function finite(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new NotABundle(`is damaged: ${plain(what, 40)} is no number`)
}

function notNegative(value: unknown, what: string): number {
  if (finite(value, what) >= 0) return value as number
  throw new NotABundle(`is damaged: ${what} is below 0`)
}

function positive(value: unknown, what: string): number {
  if (finite(value, what) > 0) return value as number
  throw new NotABundle(`is damaged: ${what} is not above 0`)
}
