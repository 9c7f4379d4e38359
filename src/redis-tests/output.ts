/** Reads what the harness prints. */
import { stripVTControlCharacters } from 'node:util'

export interface TestResult {
  name: string
  /**
   * `skipped`: by the skip list; `ignored`: by the harness itself, because of a tag or an option;
   * `failed`: also if the test could not be run at all.
   */
  outcome: 'passed' | 'failed' | 'skipped' | 'ignored'
  /** Why it failed, or was ignored. */
  detail?: string
}

/** The harness puts the outcome in brackets at the start of a line. */
const outcomeLine = /^\[(\w+|\d+\/\d+ done)\]: (.*)$/

/** Reads the output in pieces, which may end anywhere. */
export class OutputReader {
  readonly tests: TestResult[] = []
  /** The last lines, for a harness that fails without a word. */
  readonly tail: string[] = []
  private rest = ''
  /** The following lines belong to this failure. */
  private failing: TestResult | undefined

  push(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()!
    for (const line of lines) this.line(stripVTControlCharacters(line))
  }

  /** To be called after the last piece. */
  end(): void {
    if (this.rest !== '') this.push('\n')
    this.failing = undefined
  }

  private line(line: string): void {
    if (line.trim() !== '') this.tail.push(shorten(line))
    if (this.tail.length > 5) this.tail.shift()
    const [, kind, text] = outcomeLine.exec(line) ?? []
    if (kind === undefined || text === undefined) {
      if (/^ +The End$|^Testing |^Killing still running/.test(line)) this.failing = undefined
      else this.more(line)
      return
    }
    this.failing = undefined
    if (kind === 'ok') this.add('passed', text.replace(/ \(\d+ ms\)$/, ''))
    else if (kind === 'skip') this.add('skipped', text)
    else if (kind === 'ignore') this.addIgnored(text)
    else if (kind === 'err') this.failing = this.add('failed', text.replace(/ in tests\/\S+$/, ''))
    else if (kind === 'exception') this.failing = this.addException(text)
    else if (kind === 'TIMEOUT') this.failing = this.add('failed', 'a test that did not end', '')
  }

  private add(outcome: TestResult['outcome'], name: string, detail?: string): TestResult {
    const test: TestResult = { name, outcome, ...(detail === undefined ? {} : { detail }) }
    this.tests.push(test)
    return test
  }

  /** `name: reason`, or only the reason if a whole block of tests is left out. */
  private addIgnored(text: string): void {
    const [, name, reason] =
      /^(?:(.*): )?((?:Tag: .*|Not supported .*|large memory .*))$/.exec(text) ?? []
    this.add('ignored', name ?? 'a block of tests', reason ?? text)
  }

  /** The harness has stopped. */
  private addException(text: string): TestResult {
    const why = text.replace(/^Executing test client: /, '')
    return this.add('failed', 'the rest of the file was not run', shorten(why))
  }

  private more(line: string): void {
    const { failing } = this
    if (failing === undefined || line.trim() === '') return
    const detail = failing.detail ?? ''
    // The two values may be megabytes, and a Tcl stack is of little use after some lines.
    if (detail.split('\n').length >= 8) return
    failing.detail = detail === '' ? shorten(line) : `${detail}\n${shorten(line)}`
  }
}

function shorten(line: string): string {
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`
}
