/** A parser is timed only if it reads correctly: a wrong one is an error, not a fast one. */
import { LabError } from '../../run/lab-error.ts'
import type { Stream } from './streams.ts'
import type { ParserTarget } from './targets.ts'

/**
 * A new parser reads the stream twice, and every argument of every command is compared.
 * @throws LabError that names the stream and the first wrong command
 */
export function checkReading(target: ParserTarget, stream: Stream): void {
  const place = `${target.name} reads ${stream.name} wrongly`
  const reading = target.start()
  for (let pass = 1; pass <= 2; pass++) {
    let seen = 0
    reading.readAll(stream.pieces, (args) => {
      if (seen >= stream.commands) throw wrong(`${place}: more than ${stream.commands} commands`)
      const expected = stream.expected(seen++)
      if (args.length !== expected.length || args.some((arg, at) => arg !== expected[at])) {
        throw wrong(`${place}: command ${seen} is ${show(expected)}, not ${show(args)}`)
      }
    })
    if (seen < stream.commands) {
      throw wrong(`${place}: ${seen} commands of ${stream.commands} were found`)
    }
  }
}

/** What a stage must refuse, like Redis. The libraries trust their server. */
export const hostile: readonly string[] = [
  '*x\r\n',
  '*01\r\n',
  '*2147483648\r\n',
  '*1\r\n+4\r\nPING\r\n',
  '*1\r\n$x\r\n',
  '*1\r\n$-1\r\n',
  '*1\r\n$536870913\r\n',
  '*1\r\n$04\r\nPING\r\n',
  `*${'1'.repeat(70_000)}`,
  'x'.repeat(70_000),
]

/**
 * Checks that a stage's parser refuses wrong input.
 * @throws LabError that names the input that it accepts
 */
export function checkRefusing(target: ParserTarget): void {
  for (const text of hostile) {
    if (!refuses(target, text)) {
      throw wrong(
        `${target.name} accepts ${JSON.stringify(text.slice(0, 20))}, which Redis refuses`,
      )
    }
  }
}

function refuses(target: ParserTarget, text: string): boolean {
  try {
    target.start().readAll([Buffer.from(text)], () => {})
    return false
  } catch (error) {
    if ((error as Error).name === 'ProtocolError') return true
    throw error
  }
}

function show(args: readonly string[]): string {
  const short = args.slice(0, 4).map((arg) => JSON.stringify(arg.slice(0, 20)))
  return `${args.length} arguments (${short.join(' ')}${args.length > 4 ? ' …' : ''})`
}

function wrong(happened: string): LabError {
  return new LabError(happened, {
    means: 'a wrong parser is not timed',
    next: 'npm test -- src/conformance',
  })
}
