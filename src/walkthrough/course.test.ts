/** The whole course with answers from a script, on the recordings: nothing is run. */
import { stripVTControlCharacters } from 'node:util'
import { beforeEach, expect, it } from 'vitest'
import { findChapter } from '../course/chapters.ts'
import type { Prediction } from '../course/prediction.ts'
import { LabError } from '../run/lab-error.ts'
import { type Course, goOn, leavingText, listLines, openChapter } from './course.ts'
import { askedRole } from './flame-step.ts'
import { Back, Left } from './keyboard.ts'
import { evidenceOf, type LessonRun, type Runs, recordedRun, recordedRuns } from './lesson-run.ts'
import { stepsOf } from './lesson-steps.ts'
import { newState, type ProgressStore, readState } from './progress-store.ts'
import { type Answers, type ScriptedOutput, scriptedOutput } from './scripted-output.ts'
import { saysOf, summaryLines } from './summary.ts'

/** The course is gone through with recordings, so a stage without one takes no part. */
const { lessons } = recordedRuns

const evidence = new Map(
  await Promise.all(
    lessons.map(async (lesson) => {
      return [lesson.id, evidenceOf(lesson, await recordedRun(lesson))] as const
    }),
  ),
)

const predictions = new Map(
  lessons.flatMap((lesson) => lesson.predictions.map((one) => [one.id, { one, lesson }] as const)),
)
const questions = new Map(lessons.flatMap((lesson) => lesson.questions.map((one) => [one.id, one])))

/** What the recording says, as a reader types it. */
function rightly(prediction: Prediction, stage: string): string | number {
  const measured = prediction.measured(evidence.get(stage)!)
  if ('missing' in measured) throw new Error(measured.missing)
  if (prediction.kind === 'choice') return prediction.options.indexOf(String(measured.value))
  if (prediction.kind !== 'ranking') return Number(measured.value).toFixed(4)
  const weights = measured.value as readonly number[]
  const order = prediction.items.map((_, at) => at).sort((a, b) => weights[b]! - weights[a]!)
  return order.map((at) => at + 1).join(' ')
}

/** What is asked of flame graphs, with the answers of the recordings. */
const readings = new Map(
  await Promise.all(
    lessons.flatMap((lesson) => {
      const flame = lesson.practised?.flame
      if (flame === undefined) return []
      const answer = async () =>
        flame.among.indexOf(askedRole(flame, (await recordedRun(lesson)).tree))
      return [answer().then((at): [string, number] => [`${lesson.id}.flame`, at])]
    }),
  ),
)

const knowing: Answers = (id) => {
  const found = predictions.get(id)
  if (found !== undefined) return rightly(found.one, found.lesson.id)
  if (readings.has(id)) return readings.get(id)
  return questions.get(id)?.answer ?? 1 // The differences are read later.
}

const wrongly: Answers = (id) => {
  const found = predictions.get(id)?.one
  if (readings.has(id)) return (readings.get(id)! + 1) % 6
  if (found === undefined) return questions.has(id) ? (questions.get(id)!.answer + 1) % 3 : 0
  if (found.kind === 'choice') return 3
  return found.kind === 'ranking' ? '1 2 3' : '987654'
}

const silent: Answers = (id) =>
  predictions.has(id) || questions.has(id) || readings.has(id) ? undefined : 1

let store: ProgressStore
let saved: string

beforeEach(() => {
  saved = ''
  store = {
    state: newState('2026-01-02T03:04:05.678Z'),
    notes: [],
    canSave: true,
    save: () => {
      saved = JSON.stringify(store.state)
    },
  }
})

/** What a new `npm start` finds. */
function reopened(): void {
  const state = readState(saved)
  if ('wrong' in state) throw new Error(state.wrong)
  store.state = state
}

function courseOf(output: ScriptedOutput, runs: Runs = recordedRuns): Course {
  return { output, runs, store, now: () => '2026-01-02T03:05:05.678Z' }
}

/** Predictions; a question for each lesson, and what is asked of graphs. */
const [all, asked] = [predictions.size, lessons.length + readings.size]

it.each([
  [
    'rightly',
    knowing,
    `Of ${all} guesses, ${all} correct, 0 close, 0 incorrect\\.\nOf ${asked} questions, ${asked} correct`,
  ],
  [
    'wrongly',
    wrongly,
    `Of ${all} guesses, 0 correct, \\d close, 1\\d incorrect\\.\nOf ${asked} questions, 0 correct`,
  ],
  [
    'not at all',
    silent,
    `Of 0 guesses, 0 correct.* You skipped ${all}\\.\nOf ${asked} questions, 0 correct`,
  ],
])('from the first step to the last, answered %s', async (_, answers, says) => {
  const output = scriptedOutput(answers)
  await goOn(courseOf(output))
  const text = output.said.join('\n')
  expect(text).toMatch(new RegExp(says))
  expect(text).toContain('RECORDED on')
  for (const lesson of lessons) {
    for (const { id, ask } of lesson.predictions) {
      expect(output.asked).toContain(id)
      expect(store.state.lessons[lesson.id]!.outcomes[id], id).toBeDefined()
      expect(text).toContain(ask.slice(0, 40))
    }
    expect(store.state.lessons[lesson.id]!.done).not.toBeNull()
  }
  expect(store.state.at).toBeNull()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  const wide = output.said.map((line) => line.replace(/\x1b\[\d+m/g, '')).filter(isProse)
  expect(wide.filter((line) => line.length > 80)).toEqual([])
})

/** Lines of source are folded by the terminal. */
function isProse(line: string): boolean {
  return !/^\s*\d+ {2}|^[+-]|^ |^@@|^stages?\d?\b/.test(line)
}

it('stopped at any prompt, it goes on at that step and ends with the same', async () => {
  const whole = scriptedOutput(knowing)
  await goOn(courseOf(whole))
  const end = JSON.stringify(store.state.lessons)
  const prompts = whole.asked.length
  expect(prompts).toBeGreaterThan(60)
  store.state = newState('2026-01-02T03:04:05.678Z')
  saved = JSON.stringify(store.state)
  const steps = lessons.flatMap((lesson) =>
    stepsOf(lesson, recordedRuns).map(({ id }) => `${lesson.id} ${id}`),
  )
  const seen: string[] = []
  for (let stops = 0; stops < 3 * prompts; stops++) {
    // Two prompts at a time: what a step asks and shows again is seen twice, and the next is reached.
    const output = scriptedOutput(knowing, { leaveAt: 5 })
    const left = await goOn(courseOf(output)).catch((failure) => failure)
    reopened()
    const { at } = store.state
    if (at !== null) seen.push(`${at.lesson} ${at.step}`)
    if (left === undefined) break
    expect(left).toBeInstanceOf(Left)
    if (at === null) continue
    const again = scriptedOutput(knowing, { leaveAt: 0 })
    await goOn(courseOf(again)).catch(() => {})
    expect(again.said.join('\n')).toMatch(/^You go on where you stopped\.\n\n# Stage \d, step/)
  }
  expect(seen.length).toBeGreaterThan(10)
  // It never went back.
  const order = seen.map((place) => steps.indexOf(place))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(order).not.toContain(-1)
  expect(JSON.stringify(store.state.lessons)).toBe(end)
})

it('says where it goes on, before the first step and after the last too', async () => {
  expect(leavingText(store, recordedRuns)).toBe('Your answers are saved; npm start goes on here.')
  await goOn(courseOf(scriptedOutput(knowing, { leaveAt: 6 }))).catch(() => {})
  expect(leavingText(store, recordedRuns)).toMatch(
    /goes on with stage 1, step 7 of 12: your guesses, measured\.$/,
  )
  expect(leavingText({ ...store, canSave: false }, recordedRuns)).toContain('could not be saved')
})

it('a guess cannot be changed once its answer has been seen', async () => {
  await goOn(courseOf(scriptedOutput(wrongly))).catch(() => {})
  const before = JSON.stringify(store.state.lessons)
  const again: Answers = (id) => (id.startsWith('again:') ? 0 : knowing(id))
  const output = scriptedOutput(again)
  await openChapter(findChapter('stage1'), courseOf(output))
  expect(JSON.stringify(store.state.lessons)).toBe(before)
  expect(output.said.join('\n')).toContain('You said: 987654')
})

it('going back corrects a guess, and ends in the same place', async () => {
  const typed = ['7', '8']
  let first = true
  const answers: Answers = (id) => {
    if (id === 'stage1.reads') return typed.shift()
    if (id !== 'stage1.widest' || !first) return knowing(id)
    first = false
    throw new Back()
  }
  const output = scriptedOutput(answers, { leaveAt: 8 })
  await goOn(courseOf(output)).catch(() => {})
  const asked = output.asked.filter((what) => what.startsWith('stage1.'))
  expect(asked.slice(0, 4)).toEqual([
    'stage1.reads',
    'stage1.widest',
    'stage1.reads',
    'stage1.widest',
  ])
  expect(store.state.lessons.stage1!.guesses['stage1.reads']!.guess).toBe(8)
})

it('a lesson that is done can be done again', async () => {
  await goOn(courseOf(scriptedOutput(wrongly))).catch(() => {})
  await openChapter(findChapter('4'), courseOf(scriptedOutput(knowing)))
  const { outcomes } = store.state.lessons.stage4!
  expect(Object.values(outcomes).map(({ verdict }) => verdict)).toEqual(['right', 'right', 'right'])
})

it('a step of another version of the lab is the first of its lesson', async () => {
  store.state.at = { lesson: 'stage2', step: 'quiz' }
  const output = scriptedOutput(knowing, { leaveAt: 0 })
  await goOn(courseOf(output)).catch(() => {})
  expect(output.said[0]).toBe('You go on where you stopped.')
  expect(stripVTControlCharacters(output.said[2]!)).toMatch(
    /^# Stage 2, step 1 of 12: what it is about/,
  )
})

/** Runs that fail so many times, and then show the recording as if it was measured here. */
function failing(times: number): Runs & { tried: number } {
  const runs = {
    ...recordedRuns,
    replays: false,
    tried: 0,
    async run(lesson: Parameters<Runs['run']>[0]): Promise<LessonRun> {
      if (runs.tried++ < times) {
        throw new LabError('stage1 did not start', { means: 'a reason', next: 'npm run doctor' })
      }
      const run = await recordedRun(lesson)
      return { ...run, record: { ...run.record, recorded: false } }
    },
  }
  return runs
}

it.each([
  ['tried again', 0, 2, false],
  ['replaced by the recording', 1, 1, true],
])('a run that fails is %s', async (_, chosen, tried, recorded) => {
  const answers: Answers = (id) => (id === 'failed' ? chosen : knowing(id))
  const output = scriptedOutput(answers, { leaveAt: 9 })
  const runs = failing(1)
  await goOn(courseOf(output, runs)).catch(() => {})
  const text = output.said.join('\n')
  expect(text).toContain('The run failed: stage1 did not start')
  expect(text).toContain('→ npm run doctor')
  expect(runs.tried).toBe(tried)
  expect(store.state.lessons.stage1!.run).toMatchObject({ recorded })
})

it('a run that fails can be left, with all guesses saved', async () => {
  const answers: Answers = (id) => {
    if (id === 'failed') throw new Left(0)
    return knowing(id)
  }
  await expect(goOn(courseOf(scriptedOutput(answers), failing(1)))).rejects.toBeInstanceOf(Left)
  reopened()
  expect(store.state.at).toEqual({ lesson: 'stage1', step: 'run' })
  expect(Object.keys(store.state.lessons.stage1!.guesses)).toHaveLength(3)
})

it('a stage that cannot run here is shown as recorded, and says so', async () => {
  const runs: Runs = { ...failing(9), whyNot: () => 'stage4 needs a quay, which is not here' }
  const output = scriptedOutput(knowing)
  await openChapter(findChapter('stage4'), courseOf(output, runs))
  const text = output.said.join('\n').replaceAll('\n', ' ')
  expect(text).toContain('stage4 needs a quay, which is not here. The recording of another')
  expect(text).toMatch(/RECORDED on \d+ \w+ \d{4}, on another machine/)
})

it('if the profiler is blind, the recorded graph is shown, and said to be one', async () => {
  const seeing = failing(0)
  const runs: Runs = {
    ...seeing,
    async run(lesson, emit) {
      const run = await seeing.run(lesson, emit)
      return { ...run, tree: { ...run.tree, source: 'cpu-prof', blind: ['nearly all of it'] } }
    },
  }
  const output = scriptedOutput(knowing, { leaveAt: 14 })
  await goOn(courseOf(output, runs)).catch(() => {})
  const text = output.said.join('\n').replaceAll('\n', ' ')
  expect(text).toContain('Not seen: nearly all of it')
  expect(text).toMatch(
    /So here is a recorded one.* RECORDED on .*profiles\/stage1\/flamegraph\.svg/,
  )
  expect(text).toMatch(/CANNOT BE TOLD HERE {3}On the machine of the recordings: reading/)
})

it('if the files of a run have been removed, it is run again', async () => {
  const runs = failing(0)
  await goOn(courseOf(scriptedOutput(knowing, { leaveAt: 7 }), runs)).catch(() => {})
  store.state.lessons.stage1!.run!.directory = 'profiles/local/gone'
  const output = scriptedOutput(knowing, { leaveAt: 1 })
  await goOn(courseOf(output, runs)).catch(() => {})
  expect(output.said).toContain('The files of the run are no longer there.')
  expect(runs.tried).toBe(2)
})

it('lists all chapters with how far one is', async () => {
  await goOn(courseOf(scriptedOutput(knowing, { leaveAt: 25 }))).catch(() => {})
  const lines = listLines(store.state, recordedRuns)
  expect(lines.find((line) => line.includes('stage1'))).toContain('(done)')
  expect(lines.find((line) => line.includes('stage2'))).toContain('(at step 7 of 12)')
  expect(lines.find((line) => line.includes('stage3 '))).toContain('(not begun)')
  expect(lines.join('\n')).toMatch(/npm start goes on with stage 2, step 7 of 12: /)
  expect(lines.find((line) => line.includes('findings'))).toContain('(not opened)')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
})

it('a stage of which nothing was answered is not begun', async () => {
  const answers: Answers = (id) => {
    if (id === 'stage2.reads') throw new Left(0)
    return knowing(id)
  }
  await goOn(courseOf(scriptedOutput(answers))).catch(() => {})
  store.state.lessons.stage2!.step = 'about'
  const lines = listLines(store.state, recordedRuns)
  expect(lines.find((line) => line.includes('stage2'))).toContain('(not begun)')
})

it('the own attempt comes before the difference, which says that it is the solution', async () => {
  const output = scriptedOutput(knowing)
  await openChapter(findChapter('stage1'), courseOf(output))
  const text = output.said.join('\n')
  const places = [
    'npm run try -- 1',
    'mine/stage1/reader.ts',
    'Leave with q, or use a second terminal; npm start goes on here.',
    'It is the solution of your task.',
    lessons[0]!.questions[0]!.ask.slice(0, 40),
    lessons[0]!.cost.slice(0, 40),
  ].map((words) => text.indexOf(words))
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

it('a practised reader reads the graph before its shares are said, and takes fewer steps', async () => {
  const output = scriptedOutput(knowing)
  await openChapter(findChapter('stage3'), courseOf(output))
  expect(readings.has('stage3.flame')).toBe(true)
  const at = output.asked.indexOf('stage3.flame')
  const outcomes = output.asked.findIndex((what) =>
    what.startsWith('Enter: your guesses, measured'),
  )
  expect(outcomes).toBeGreaterThan(at)
  const text = output.said.join('\n')
  expect(text.indexOf('Shares, stage2 → stage3: ')).toBeGreaterThan(
    text.indexOf('Read the graph yourself'),
  )
  const [, stage2, stage3] = lessons.map((lesson) => stepsOf(lesson, recordedRuns).length)
  expect(stage3).toBeLessThan(stage2!)
})

it('the story comes first, and only before the first lesson', async () => {
  const story = ['46 reads → 1']
  const output = scriptedOutput(knowing, { leaveAt: 4 })
  await goOn({ ...courseOf(output), story }).catch(() => {})
  expect(output.asked[0]).toBe('Enter: guess stage 1')
  const text = output.said.map(stripVTControlCharacters)
  expect(text.filter((line) => line.startsWith('How a Redis clone gets fast'))).toHaveLength(1)
  expect(text.indexOf(story[0]!)).toBeLessThan(text.findIndex((line) => line.startsWith('6 small')))
  const later = scriptedOutput(knowing, { leaveAt: 1 })
  await goOn({ ...courseOf(later), story }).catch(() => {})
  expect(later.said).not.toContain(story[0])
})

it('nothing before the first guesses says what they ask', async () => {
  const output = scriptedOutput(knowing, { leaveAt: 4 })
  await goOn(courseOf(output)).catch(() => {})
  expect(output.asked.at(-1)).toBe('stage1.widest')
  // What the lines of code are numbered is no answer.
  const text = output.said.map((line) => line.replace(/^ *\d+ {2}/, '')).join('\n')
  expect(text).not.toMatch(/\b46\b|one read|one byte|every byte|system call/)
})

it('the graph of the first lesson is shown once, each with what its figures mean', async () => {
  const output = scriptedOutput(knowing)
  await goOn(courseOf(output))
  const text = output.said.join('\n')
  for (const { id: stage } of lessons) {
    expect(
      text.split(`\n${stage}: `).filter((part) => / µs of CPU/.test(part.slice(0, 40))),
    ).toHaveLength(1)
  }
  expect(text.match(/The share of a line is its total/g)).toHaveLength(lessons.length)
})

it('a run waits for Enter, and can be gone back from', async () => {
  const output = scriptedOutput(knowing, { leaveAt: 5 })
  const runs = failing(0)
  await goOn(courseOf(output, runs)).catch(() => {})
  expect(runs.tried).toBe(0)
  const more = scriptedOutput(knowing, { leaveAt: 1 })
  await goOn(courseOf(more, runs)).catch(() => {})
  expect(more.asked).toEqual([expect.stringMatching(/^Enter: run it \(about .*leave the machine/)])
  expect(runs.tried).toBe(1)
})

it('a guess that is asked for again offers what was said before', async () => {
  const offered: unknown[] = []
  const output = scriptedOutput(knowing, { leaveAt: 5 })
  const { ask, choose } = output
  output.ask = (asked) => {
    offered.push(asked.before)
    return ask(asked)
  }
  output.choose = (asked) => {
    offered.push(asked.before)
    return choose(asked)
  }
  store.state.lessons.stage1 = {
    ...{ outcomes: {}, answers: {}, run: null, step: null, done: null },
    guesses: {
      'stage1.reads': { guess: 7, at: '' },
      'stage1.widest': { guess: 'parsing: finding the arguments of a command', at: '' },
    },
  }
  await goOn(courseOf(output)).catch(() => {})
  expect(offered).toEqual(['7', 2, undefined])
})

it.each([80, 60])('the end page is no wider than %d columns', async (columns) => {
  const mixed: Answers = (id) => (/reads|calls|writes|cpu|\.q\./.test(id) ? knowing : wrongly)(id)
  await goOn(courseOf(scriptedOutput(mixed)))
  const lines = summaryLines(store.state, columns)
  expect(lines.filter((line) => line.length > columns + 10)).toEqual([])
  expect(lines.join('\n')).toContain('read(2) calls per SET')
  expect(saysOf(store.state).join('\n')).toMatch(/You guessed .* best, and .* worst\./)
})

it('a chapter is found by what a person types, and an unknown one names those that there are', () => {
  expect(findChapter('3').name).toBe('stage3')
  expect(findChapter('docs/findings.md').name).toBe('findings')
  expect(() => findChapter('stage9')).toThrow(/there is no chapter 'stage9'; there are start-here/)
})
