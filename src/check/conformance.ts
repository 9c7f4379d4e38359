/** The conformance suite on one server, outside vitest: stops early, and says what a failure means. */
import { type Case, joined } from '../conformance/case.ts'
import { type Subject, subjects } from '../conformance/cases/index.ts'
import { describeFailure, type Failure } from '../conformance/failure.ts'
import { beforeTheCase, type Delivery, runCase, type Target } from '../conformance/runner.ts'
import { randomNumbers } from '../measure/statistics.ts'
import { type ServerState, stateMeans } from './state.ts'

/** How the bytes of the cases are sent, one way after the other. */
export type Phase = 'whole' | 'byte by byte' | 'split at random' | 'long' | 'in one pipeline'

export interface Found {
  phase: Phase
  failure: Failure
}

export interface ConformanceResult {
  /** How many cases were run; each of them counts once for every way in which it was sent. */
  cases: number
  /** The first few; empty if it conforms. */
  failures: Found[]
  /** Whether it was ended before all cases had their turn. */
  cutShort: boolean
}

export interface ConformanceOptions {
  /** Of the random splits: the same seed, the same splits. */
  seed: number
  /** Which subjects; default: all. */
  only?: readonly string[]
  /** How long a case may take before the server counts as silent, ms. */
  deadlineMs?: number
  onProgress?(share: number, text: string): void
}

/** What a run says while the cases are sent in that way. */
const phaseTexts: Record<Phase, string> = {
  whole: 'each request at once',
  'byte by byte': 'byte by byte',
  'split at random': 'split at random',
  long: 'long requests',
  'in one pipeline': 'all in one pipeline',
}

/** So many failures are enough to see what is wrong. */
const ENOUGH = 3
/** And so many if each of them takes ten seconds. */
const ENOUGH_SILENCE = 2
/** Longer than this does not fit into one read of every stage, in bytes. */
const LONG = 4096
/** What is longer is sent whole only: stage 1 reads some 400,000 bytes per second. */
const LONGEST = 1 << 18
/** Where a pipeline of all cases is cut: at the sizes of buffers. */
const BUFFER_ENDS = [1000, 8191, 8192, 8193, 16384, 65536]

interface Trial {
  phase: Phase
  one: Case
  delivery: Delivery
}

/**
 * Runs the suite. Each way of sending is tried with all cases; after one with failures, the others
 * would only repeat them, and are left out.
 */
export async function checkConformance(
  target: Target,
  { seed, only, deadlineMs, onProgress = () => {} }: ConformanceOptions,
): Promise<ConformanceResult> {
  const chosen = subjects.filter(({ name }) => only === undefined || only.includes(name))
  const trials = listTrials(chosen, seed)
  const failures: Found[] = []
  const options = deadlineMs === undefined ? {} : { deadlineMs }
  let cases = 0
  let silent = 0
  for (const [at, { phase, one, delivery }] of trials.entries()) {
    if (failures.length > 0 && failures[0]!.phase !== phase) break
    if (at % 20 === 0) onProgress(at / trials.length, `the conformance suite: ${phaseTexts[phase]}`)
    const failure = await runCase(target, one, delivery, options)
    cases++
    if (failure === undefined) continue
    failures.push({ phase, failure })
    // Once a server says nothing at all, each further case would only wait.
    if (failure.reason.startsWith('no reply in time')) silent++
    if (failures.length === ENOUGH || silent === ENOUGH_SILENCE) break
    if (failure.name === beforeTheCase) break
  }
  return { cases, failures, cutShort: cases < trials.length }
}

/**
 * Long cases come last: if a reader loses its place between two reads, a short case shows it with
 * fewer bytes.
 */
function listTrials(chosen: readonly Subject[], seed: number): Trial[] {
  // How a reader's own server reads is unknown.
  const cases = chosen.flatMap((subject) => subject.cases.filter((one) => !one.inOnePiece))
  const long = cases.filter((one) => one.big || lengthOf(one) > LONG)
  const short = cases.filter((one) => !long.includes(one))
  const random = randomNumbers(seed)
  const trials: Trial[] = []
  const add = (phase: Phase, one: Case, delivery: Delivery) => trials.push({ phase, one, delivery })
  const split = (phase: Phase, one: Case) => {
    const splits = randomSplits(one, random)
    if (splits.length > 0) add(phase, one, splits)
  }
  for (const one of short) add('whole', one, 'whole')
  for (const one of short) add('byte by byte', one, 'byte by byte')
  for (const one of short) split('split at random', one)
  for (const one of long) {
    add('long', one, 'whole')
    if (!one.big) add('long', one, 'byte by byte')
    split('long', one)
  }
  for (const { name, cases } of chosen) {
    const one = joined(`all of "${name}" in one pipeline`, cases)
    add('in one pipeline', one, 'whole')
    add('in one pipeline', one, BUFFER_ENDS)
  }
  return trials
}

function lengthOf({ steps }: Case): number {
  return steps.reduce((sum, step) => sum + ('send' in step ? step.send.length : 0), 0)
}

/** One to four places to cut, within the case's bytes. */
function randomSplits(one: Case, random: () => number): number[] {
  const length = lengthOf(one)
  if (length < 2 || length > LONGEST) return []
  const count = 1 + Math.floor(random() * 4)
  const places = Array.from({ length: count }, () => 1 + Math.floor(random() * (length - 1)))
  return [...new Set(places)].sort((a, b) => a - b)
}

/** The failure as a message for a person, with no more bytes than show it. */
export function failureText({ failure }: Found): string {
  const { expected, got, step, sent } = failure
  const wanted = typeof expected === 'string' ? expected : ''
  const from = typeof expected === 'string' ? firstDifference(wanted, got) : 0
  return describeFailure({
    ...failure,
    step: clip(step, 0),
    sent: step === sent ? clip(step, 0) : clip(sent, 0),
    expected: typeof expected === 'string' ? clip(wanted, from) : expected,
    got: clip(got, from),
  })
}

/** Bytes of a failure that are shown at most. */
const SHOWN = 100

/** The bytes around `from`; the rest is counted. */
function clip(bytes: string, from: number): string {
  if (bytes.length <= SHOWN) return bytes
  const start = Math.max(0, Math.min(from - 30, bytes.length - SHOWN))
  const left = bytes.length - start - SHOWN
  const before = start > 0 ? `${start} bytes … ` : ''
  return `${before}${bytes.slice(start, start + SHOWN)}${left > 0 ? ` … ${left} bytes` : ''}`
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}

/** Whether a server did not answer at all: then it matters what its process is doing. */
export function isSilent({ failure: { reason, name } }: Found): boolean {
  return (
    name === beforeTheCase ||
    /^(?:no reply in time|did not come|cannot connect|the server closed)/.test(reason)
  )
}

/**
 * What a failure usually means, in one or two sentences for a person.
 * @param state what the process does afterwards, if that was looked at
 */
export function meaningOf(found: Found, state?: ServerState): string {
  const { phase, failure } = found
  const { reason, name } = failure
  if (isSilent(found) && state !== undefined) {
    const seen = stateMeans(state)
    if (seen !== undefined) return seen
    if (reason.startsWith('cannot connect')) return 'It runs, but accepts no more connections.'
    const plain = phase === 'whole' || name === beforeTheCase
    if (plain && state.is === 'idle' && reason.startsWith('no reply in time')) {
      return (
        'It runs, does nothing, and waits for more: did the reader use all the bytes that a read ' +
        'brought?'
      )
    }
  }
  if (name === beforeTheCase) return 'Not even a FLUSHALL was answered rightly any more.'
  if (phase === 'byte by byte' || phase === 'split at random') {
    return (
      'The same bytes were right in one piece: your reader or parser loses its place between two ' +
      'reads, or an argument points to memory that the next read overwrote. What it knows of an ' +
      'unfinished command must outlive the read.'
    )
  }
  if (phase === 'long') {
    return (
      'What is short was right: what does not fit into one read, or one buffer, is lost or taken ' +
      'twice. Look at what happens when the buffer is full, or ends within a command.'
    )
  }
  if (phase === 'in one pipeline') {
    return (
      'Each command was right on its own: something of one command is left over when the next ' +
      'begins, or what does not fit into the buffer is lost.'
    )
  }
  if (reason.startsWith('no reply in time') || reason.startsWith('did not come')) {
    return 'The reply never came: the parser still waits for bytes that it has, or the reply is not sent.'
  }
  if (reason.startsWith('bytes after')) {
    return 'It said more than was asked: a reply is sent twice, or was meant for another command.'
  }
  if (reason.startsWith('the server should have closed')) {
    return 'What cannot be understood must end the connection, after an error: a check of the protocol is missing.'
  }
  if (reason.startsWith('the server closed')) {
    return 'The connection was closed: something threw in the middle, or a valid command was taken for a wrong one.'
  }
  if (failure.got.startsWith('-ERR Protocol error')) {
    return 'A valid command was refused: the parser takes it for something else.'
  }
  return 'A reply differs from Redis’ own, byte for byte.'
}
