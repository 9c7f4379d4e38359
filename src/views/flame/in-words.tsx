/** What a recording says in sentences, and a function line by line. */
import type { Listing } from '../../flame/listing.ts'
import type { FrameTree } from '../../flame/tree.ts'
import { Scroll } from '../parts.tsx'

export function Sentences({ sentences }: { sentences: NonNullable<FrameTree['sentences']> }) {
  if (sentences.length === 0) return null
  return (
    <section class="flame-sentences" id="flame-sentences" aria-label="What the recording says">
      <ul>
        {sentences.map(({ text, next }) => (
          <li key={text}>
            {text}
            {next === undefined ? null : (
              <>
                {' '}
                <code>{next}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** @param share of an amount in the tree's unit, as text */
export function Lines({ listing, share }: { listing: Listing; share: (part: number) => string }) {
  const cell = (part: number) => (part === 0 ? '' : share(part))
  return (
    <Scroll label={`${listing.name}, line by line`}>
      <table class="flame-lines" id="flame-lines">
        <thead>
          <tr>
            <th scope="col" class="figure">
              Self
            </th>
            <th scope="col" class="figure">
              Total
            </th>
            <th scope="col" class="figure">
              Line
            </th>
            <th scope="col">{listing.file}</th>
          </tr>
        </thead>
        <tbody>
          {listing.lines.map(({ line, text, self, total }) => (
            <tr key={line}>
              <td class="figure">{cell(self)}</td>
              <td class="figure">{cell(total)}</td>
              <td class="figure dim">{line}</td>
              <td>
                <code>{text}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
