/** What the lab is, and where to begin. */
import { useLab } from './data.ts'
import { chapterAddress, stageAddress } from './router.ts'

export function StartPage() {
  const { stages } = useLab()
  return (
    <article class="prose">
      <h1>How a Redis clone gets fast</h1>
      <p>
        Five small servers in TypeScript speak Redis' protocol, each one change faster than the
        last. For each of them: guess, run it, look at its flame graph, and read the change that
        comes next.
      </p>
      <ol class="cards">
        {stages.map(({ id, number, title, change, whyNot }) => (
          <li key={id}>
            <a href={stageAddress(number)}>
              <b>
                {number} {title}
              </b>
              <span>{change.replaceAll('`', '')}</span>
              {whyNot === null ? null : <span class="dim">{whyNot}</span>}
            </a>
          </li>
        ))}
      </ol>
      <p>
        New to flame graphs? <a href={chapterAddress('flame-graphs')}>How to read one</a> takes ten
        minutes. Nothing was run on this machine yet? Then every page shows the recorded runs of
        another one, and says so.
      </p>
    </article>
  )
}
