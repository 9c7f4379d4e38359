/**
 * The lab page as a reader has it: in a real browser, on the lab's own server, with runs that are
 * real commands. One browser and one server for all; a short run of stage 2 goes on beside what is
 * only read.
 */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { wasBusy } from '../measure/machine-load.ts'
import { isRunning, processesBelow } from '../run/processes.ts'
import { recordRun } from '../run/running.ts'
import { stages } from '../stages.ts'
import { watchPage } from '../views/chromium.ts'
import { reachedByTab, wrongLooks } from '../views/page-checks.ts'
import { browser, go, gone, page, see, watched } from '../views/test-page.ts'
import type { RunsData } from './api/index.ts'
import { describeLabPage, lab, results } from './test-lab-page.ts'

describeLabPage('the lab page in Chromium', {}, () => {
  it('opens with the address that was printed, and forgets the token in it', async () => {
    await page.goto(lab.url)
    await see(page.getByRole('heading', { level: 1, name: /how a redis clone gets fast/i }))
    expect(page.url()).toBe(`${lab.origin}/`)
    const side = page.getByRole('navigation', { name: 'The lab' })
    for (const { number, title } of stages) {
      await see(side.getByRole('link', { name: new RegExp(`^${number} ${title}`) }))
    }
  })

  it('predict first, then run stage 2; a reload in the middle loses nothing', async () => {
    await go('#/stage/2/run')
    const run = page.getByRole('button', { name: 'Run stage 2' })
    await see(page.getByText(/predictions have no guess yet/))
    await see(page.getByRole('button', { name: 'Run stage 2', disabled: true }))
    const predictions = page.locator('.predictions fieldset')
    await predictions.nth(2).waitFor()
    const [reads, cpu, widest] = await predictions.all()
    await reads!.getByLabel('Your guess').fill('about one')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByRole('alert'))
    await reads!.getByLabel('Your guess').fill('1')
    await reads!.getByLabel('Your guess').press('Enter')
    await see(reads!.getByText(/Saved: 1 /))
    await cpu!.getByRole('button', { name: 'I do not know' }).click()
    await see(cpu!.getByText(/skipped/))
    await widest!.getByLabel('parsing', { exact: true }).check()
    await see(widest!.getByText('Saved: parsing'))
    await run.click()
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live.getByText(/^Under load: stage[12]/))
    await page.reload()
    await see(live.getByText(/^Under load: stage[12]/))
    // Requests per second, latency and CPU: a figure each.
    await live.locator('.spark .now').filter({ hasText: /^\d/ }).nth(2).waitFor()
    await see(live.getByText(/left\.$/))
    await go('#/findings')
    await see(page.getByText(/^One run at a time: /).first())
    expect(await page.getByRole('button', { name: 'Check all thoroughly' }).isDisabled()).toBe(true)
  })

  const views = [
    ['a run under way', '#/stage/2/run'],
    ['the start', '#/'],
    ['a chapter', '#/stage/1'],
    ['a hunk in a chapter', '#/stage/2?hunk=reader.ts:1'],
    ['a flame graph', '#/stage/2/flame?run=reference'],
    ['a difference', '#/stage/4/difference'],
    ['figures', '#/stage/2/figures'],
    ['predictions', '#/stage/3/run'],
    ['a comparison', '#/compare?run=reference'],
    ['findings', '#/findings'],
    ['a profile from a file', '#/file'],
    ['a chapter alone', '#/chapter/flame-graphs'],
    ['a file', '#/source/stages/stage1/reader.ts?line=20'],
    ['no such page', '#/nowhere'],
  ] as const

  it.each(views)('%s: WCAG AA in light and dark, 1280 and 400 px wide', async (_, hash) => {
    await go(hash)
    expect(await wrongLooks(page)).toEqual([])
  })

  it.each(views)('%s: the tab key reaches all of it, and one sees where it is', async (_, hash) => {
    await go(hash)
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })

  it('the run comes to its end: the guesses are judged, and its result joins the others', async () => {
    await go('#/stage/2/run')
    await see(page.getByRole('heading', { name: 'Your guesses, and what was measured' }))
    const [reads, cpu, widest] = await page.locator('.outcomes > li').all()
    await see(reads!.getByText('✓ correct'))
    await see(cpu!.getByText('– no guess'))
    // Which part it is depends on whether a profiler here sees the kernel.
    await see(widest!.locator('.verdict'))
    const [name] = readdirSync(results).filter((name) => name.startsWith('stage2-lesson-'))
    // Whether the machine was busy meanwhile is chance; what was saved of it is said.
    const { load, machine } = JSON.parse(readFileSync(join(results, name!, 'compare.json'), 'utf8'))
    const warning = page.getByText('⚠ The machine was busy')
    expect(await warning.count()).toBe(wasBusy(load, machine.cores) ? 1 : 0)
    const side = page.getByRole('navigation', { name: 'The lab' })
    await see(side.getByRole('link', { name: /^2 / }).locator('.done', { hasText: 'run' }))
    await page.getByRole('link', { name: 'Its flame graph' }).click()
    await expect.poll(() => page.url()).toContain(`/flame?run=${name}`)
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    expect(await page.getByLabel('Result').inputValue()).toBe(name)
    await page.goBack()
    await page.getByRole('link', { name: 'Beside stage 1, with intervals' }).click()
    await page.locator('figure.chart svg[role=img]').nth(2).waitFor()
    await see(page.locator('.compare .origin').getByText('run here').first())
    await page.goBack()
    const question = page.locator('.question').first()
    await question.getByRole('radio').last().check()
    await question.getByRole('button', { name: 'Answer' }).click()
    await see(question.getByText('✓ the correct one'))
  })

  it('its outcomes: WCAG AA, and the tab key reaches all of them', async () => {
    await go('#/stage/2/run')
    expect(await wrongLooks(page)).toEqual([])
    expect(await reachedByTab(page)).toEqual({ missed: [], unseen: [] })
  })

  it('an exercise: predict, run, the guesses judged; its figures and its flame graph', async () => {
    await go('#/exercise/delivery')
    await see(page.getByRole('button', { name: 'Run exercise 4', disabled: true }))
    await see(page.locator('.lesson-code').getByText('docs/your-own-server/quote.ts'))
    const [waits, busy] = await page.locator('.predictions fieldset').all()
    await waits!.getByLabel('Your guess').fill('8')
    await waits!.getByLabel('Your guess').press('Enter')
    await see(waits!.getByText('Saved: 8 waits'))
    await busy!.getByRole('button', { name: 'I do not know' }).click()
    await page.reload()
    await see(waits!.getByText('Saved: 8 waits'))
    await page.getByRole('button', { name: 'Run exercise 4' }).click()
    await see(page.getByRole('region', { name: 'The run under way' }))
    const outcomes = page.locator('.outcomes > li')
    await outcomes.first().waitFor({ timeout: 110_000 })
    await see(outcomes.first().getByText('✓ correct'))
    await see(outcomes.last().getByText('– no guess'))
    await see(page.getByRole('link', { name: /^Go to the task/ }))
    await go('#/exercise/delivery')
    expect(await wrongLooks(page)).toEqual([])
    await page.getByRole('link', { name: 'Its figures and flame graph' }).click()
    await expect.poll(() => page.url()).toContain('/result?run=delivery-lesson-')
    const row = page.getByRole('row', { name: /^waits for the warehouse/ })
    await see(row.getByRole('cell', { name: '8.00', exact: true }))
    await see(page.getByRole('tree', { name: /^Flame graph/ }))
    expect(await wrongLooks(page)).toEqual([])
    const side = page.getByRole('navigation', { name: 'The lab' })
    const link = side.getByRole('link', { name: /^delivery: a slow quote/ })
    await see(link.locator('.done', { hasText: 'run' }))
  })

  it('a run that is cancelled leaves no server, no load and no result', async () => {
    await go('#/stage/1/run')
    await page.getByText('Run it with another load').click()
    await page.getByRole('button', { name: 'Benchmark and profile' }).click()
    const live = page.getByRole('region', { name: 'The run under way' })
    await see(live.getByText(/warming up/).first())
    const { own } = (await lab.ask('/api/runs')).json() as RunsData
    const started = [{ pid: own!.pid }, ...processesBelow(own!.pid)]
    // The command, its server and its load.
    expect(started.length).toBeGreaterThanOrEqual(3)
    const before = readdirSync(results)
    const answer = page.waitForResponse((one) => one.request().method() === 'DELETE')
    await live.getByRole('button', { name: 'Cancel the run' }).click()
    expect((await answer).status()).toBe(200)
    expect(isRunning(own!.pid)).toBe(false)
    await see(page.getByText(/^Cancelled: .*; nothing was recorded/))
    await expect.poll(() => started.filter(isRunning)).toEqual([])
    expect(readdirSync(results)).toEqual(before)
    await see(page.getByRole('button', { name: 'Run stage 1' }))
    await gone(page.getByRole('region', { name: 'Runs under way' }))
  })

  it('a run in a terminal is seen while it lasts', async () => {
    const bar = page.getByRole('region', { name: 'Runs under way' })
    const title = page.getByRole('heading', { level: 1 })
    const before = await title.boundingBox()
    const run = recordRun('npm run compare', join(lab.home, 'running'))
    run({ type: 'step', text: 'round 3 of 7', secondsLeft: 40 })
    run({ type: 'progress', share: 0.4 })
    await see(bar.getByText(/round 3 of 7.* · in a terminal/))
    // Nothing on the page has moved for it.
    expect(await title.boundingBox()).toEqual(before)
    expect(await bar.getByRole('button').count()).toBe(0)
    run({ type: 'end' })
    await gone(bar)
  })

  it('a profile is dropped on the window or chosen, and read in the browser alone', async () => {
    await go('#/findings')
    const stacks = 'handle /srv/app/server.ts:3;render /srv/app/view.ts:9_[j] 300\nhandle 100\n'
    const dropped = await page.evaluateHandle((text) => {
      const files = new DataTransfer()
      files.items.add(new File([text], 'app.folded'))
      return files
    }, stacks)
    await page.dispatchEvent('h1', 'dragover', { dataTransfer: dropped })
    await see(page.getByText('Drop the profile to draw it'))
    await page.dispatchEvent('h1', 'drop', { dataTransfer: dropped })
    await see(page.getByRole('heading', { name: 'app.folded, collapsed stacks' }))
    expect(page.url()).toMatch(/#\/file$/)
    await page.getByText('The whole graph as text').click()
    await see(page.locator('#flame-text', { hasText: 'render view.ts:9' }))
    await page.getByLabel('choose one').setInputFiles({
      ...{ name: 'notes.txt', mimeType: 'text/plain' },
      buffer: Buffer.from('It was a dark and stormy night.\n'),
    })
    await see(page.getByRole('alert').getByText('notes.txt is no profile that the lab can read'))
    // A large one takes a while, and says how much of it was read.
    await page.evaluate(() => {
      const seen: string[] = []
      const look = () => seen.push(document.querySelector('.waiting')?.textContent ?? '')
      new MutationObserver(look).observe(document.body, {
        ...{ subtree: true, childList: true, characterData: true },
      })
      Object.assign(globalThis, { seen })
    })
    await page.getByLabel('choose one').setInputFiles({
      ...{ name: 'large.folded', mimeType: 'text/plain' },
      buffer: Buffer.from(stacks.repeat(200_000)),
    })
    await see(page.getByRole('heading', { name: 'large.folded, collapsed stacks' }))
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)
    expect(seen.join('; ')).toMatch(/Loading… [1-9]\d? %/)
  })

  it('findings: a verdict each, and the button that runs its check', async () => {
    await go('#/findings')
    const rows = page.locator('.findings tbody tr')
    const { findings } = (await lab.ask('/api/findings')).json() as { findings: object[] }
    await see(rows.first())
    expect(await rows.count()).toBe(findings.length)
    expect(await rows.locator('.verdict').count()).toBe(findings.length)
    expect(await rows.getByRole('button', { name: /^(Run|Check).*npm run/ }).count()).toBe(
      findings.length,
    )
    await rows.first().getByRole('button').click()
    await see(page.getByText(/^checked by scripts\//))
  })

  it('without the token, or with another, there is nothing to see', async () => {
    const other = await watchPage(browser)
    for (const [address, says] of [
      [lab.origin, /lacks the token/],
      [`${lab.origin}/?token=${'x'.repeat(32)}`, /to an npm run lab that has ended/],
    ] as const) {
      await other.page.goto(address)
      await see(other.page.getByRole('alert').filter({ hasText: says }))
      expect(await other.page.locator('body').innerText()).toContain('npm run lab')
      expect(await other.page.getByRole('navigation').count()).toBe(0)
    }
    await other.context.close()
  })

  it('another server on this machine that the browser visits is sent no token, and refused', async () => {
    const received: string[] = []
    const foreign = createServer((request, answer) => {
      received.push(JSON.stringify(request.headers))
      answer.setHeader('content-type', 'text/html').end('<title>foreign</title>')
    }).listen(0, '127.0.0.1')
    await once(foreign, 'listening')
    const { port } = foreign.address() as AddressInfo
    const other = await watchPage(browser)
    await other.page.goto(lab.url)
    await see(other.page.getByRole('heading', { level: 1 }))
    expect(await other.context.cookies()).toEqual([])
    const started = () => lab.ask('/api/runs').then((answer) => (answer.json() as RunsData).own?.id)
    const before = await started()
    await other.page.goto(`http://127.0.0.1:${port}/`)
    expect(received.length).toBeGreaterThan(0)
    expect(received.join()).not.toContain(lab.token)
    expect(await other.page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}')
    const asked = await other.page.evaluate(async (origin) => {
      const got = async (path: string, init: RequestInit) => {
        try {
          const answer = await fetch(`${origin}${path}`, { credentials: 'include', ...init })
          return `${answer.type}: ${await answer.text()}`
        } catch {
          return 'refused'
        }
      }
      const body = JSON.stringify({ kind: 'findings' })
      const json = { 'content-type': 'application/json' }
      return [
        await got('/api/lab', {}),
        await got('/api/runs', { method: 'POST', headers: json, body }),
        await got('/api/runs', { method: 'POST', mode: 'no-cors', body }),
      ]
    }, lab.origin)
    expect(asked).toEqual(['refused', 'refused', 'refused'])
    const answer = other.context.waitForEvent('response', (one) => one.url() === `${lab.origin}/`)
    await other.page.evaluate((origin) => {
      const frame = document.createElement('iframe')
      frame.src = `${origin}/`
      document.body.append(frame)
    }, lab.origin)
    expect((await answer).status()).toBe(403)
    expect(await started()).toBe(before)
    await other.context.close()
    foreign.closeAllConnections()
    foreign.close()
  })

  it('nothing was requested from elsewhere', () => {
    const own = (address: string) =>
      address.startsWith(`${lab.origin}/`) || /^(data|blob):/.test(address)
    expect(watched.requests.length).toBeGreaterThan(50)
    expect(watched.requests.filter((address) => !own(address))).toEqual([])
  })
})
