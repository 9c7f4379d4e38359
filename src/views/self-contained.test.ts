/** A view as one HTML file. What it shows is tested in a browser, in flame/flame-view.test.ts. */
import { expect, test } from 'vitest'
import { growTree } from '../flame/tree.ts'
import { fetchedBy } from './fetched-by.ts'
import { flameViewData } from './flame/flame-view-data.ts'
import { selfContained } from './self-contained.ts'

const nasty = '</script><script>alert(1)</script><!-- '

test('the data is inert, whatever a frame is called, and the page fetches nothing', async () => {
  const root = growTree([{ frames: [{ name: nasty, kind: 'js' }], count: 3 }])
  const data = flameViewData(
    {
      ...{ format: 1, source: 'perf', method: '', windowSeconds: 1, blind: [] },
      ...{ unit: { counts: 'samples', worth: 1, of: 'µs' }, samples: 3, root },
      quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
    },
    { title: nasty, workload: '' },
  )
  const page = await selfContained('flame', data, nasty)
  expect(page).not.toContain('<script>alert')
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)![1]!
  expect(JSON.parse(json)).toEqual(data)
  expect(page.match(/<script\b/g)).toHaveLength(2)
  expect(page).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src/)
  expect(fetchedBy(page)).toEqual([])
})
