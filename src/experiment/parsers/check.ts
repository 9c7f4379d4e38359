/** Before a parser is timed, it must read right: a wrong one is an error, not a fast one. */
import { LabError } from '../../run/lab-error.ts'
import type { Contender } from './contender.ts'
import type { Stream } from './streams.ts'

/**
 * Has a new parser read the stream twice, and compares every argument of every command.
 * @throws LabError that says which command of what stream was read wrongly
 */
export function checkReading(contender: Contender, stream: Stream): void {
  const place = `${contender.name} reads ${stream.name} wrongly`
  const reading = contender.start()
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

/** What a stage must refuse, as Redis does. The libraries trust their server, and need not. */
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
 * Checks that a stage's parser has the checks of the protocol in place.
 * @throws LabError that names what it took
 */
export function checkRefusing(contender: Contender): void {
  for (const text of hostile) {
    if (!refuses(contender, text)) {
      throw wrong(
        `${contender.name} takes ${JSON.stringify(text.slice(0, 20))}, which Redis refuses`,
      )
    }
  }
}

function refuses(contender: Contender, text: string): boolean {
  try {
    contender.start().readAll([Buffer.from(text)], () => {})
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
    means: 'a parser that is wrong has no speed; nothing was timed',
    next: 'npm test -- src/conformance',
  })
}
