/** A view as one HTML file. What it shows is tested in a browser, in flame/flame-view.test.ts. */
import { expect, test } from 'vitest'
import { fakeComparison } from '../experiment/fake-comparison.ts'
import { growTree } from '../flame/tree.ts'
import { compareTitle, compareViewData } from './compare/compare-view-data.ts'
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

test('a comparison as a file: its data, what it was measured on, and nothing to fetch', async () => {
  const comparison = fakeComparison(() => ({ rate: 100, cpu: 10, busy: null }))
  const data = compareViewData(comparison, true)
  expect(data.origin).toMatch(
    /^Recorded on 2 Jan 2026, 03:04 UTC: 2 x Some <fast> CPU.*Nothing was run/,
  )
  const page = await selfContained('compare', data, compareTitle(comparison.plan))
  expect(page).toContain('<title>How fast is each stage?</title>')
  expect(page).not.toContain('Some <fast> CPU')
  expect(fetchedBy(page)).toEqual([])
})
