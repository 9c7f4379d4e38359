/** The rules of the sentences after a recording, with their thresholds, as a table. */
import { percent } from '../flame/caption.ts'
import { thresholds } from '../report/sentences.ts'
import type { Filler } from './material.ts'

export const sentenceRules: Filler = async (words) => {
  if (words.length > 0) throw new Error('it takes no words')
  const { hot, gc, kernel, interpreted, idle, delays, delayMs, delayed, slowTail } = thresholds
  const rows = [
    ['an operation is named, with its caller', `it takes ${percent(hot)} of the time or more`],
    [
      'an own function is named',
      `the same, together with what it calls; not if one operation is nearly all of that`,
    ],
    ['garbage collection', `it takes ${percent(gc)} or more`],
    [
      'the kernel',
      `it takes ${percent(kernel)} or more, which a server that only replies does not`,
    ],
    ["JavaScript in V8's interpreter", `it takes ${percent(interpreted)} or more`],
    [
      'the program was idle',
      `the main thread used no CPU for ${percent(idle)} of the recording or more`,
    ],
    [
      'the event loop was blocked',
      `${delays} times or more for ${delayMs} ms or longer, ${percent(delayed)} of the recording together; and one request of a hundred took ${slowTail} times the median, if that is known`,
    ],
  ]
  return [
    '| sentence | said if |',
    '|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}
