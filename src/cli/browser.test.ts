import { EventEmitter } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { hasDesktop, openOnDesktop, whyNoBrowser } from './browser.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Opens a page with a program that ends, or does not; returns what is printed. */
async function printedBy(end: (opener: EventEmitter) => void): Promise<string[]> {
  const said: string[] = []
  const opener = Object.assign(new EventEmitter(), { exitCode: null, unref() {} })
  const opening = async () => {
    setImmediate(() => end(opener))
    return opener
  }
  await openOnDesktop('/page.html', true, opening, (line) => said.push(line))
  return said
}

test('a browser that opens prints nothing', async () => {
  expect(await printedBy((opener) => opener.emit('exit', 0))).toEqual([])
})

test('one that fails, or is not there, is one line with what to do', async () => {
  const line = /^no browser could be opened \((.*)\); open the file by hand/
  expect((await printedBy((opener) => opener.emit('exit', 3)))[0]).toMatch(line)
  expect(
    (await printedBy((opener) => opener.emit('error', new Error('spawn xdg-open'))))[0],
  ).toMatch(line)
  const said: string[] = []
  const missing = () => Promise.reject(new Error('spawn xdg-open ENOENT'))
  await openOnDesktop('/page.html', true, missing, (text) => said.push(text))
  expect(said).toEqual([expect.stringContaining('(spawn xdg-open ENOENT)')])
})

test('without a desktop nothing is started', async () => {
  vi.stubEnv('CI', '1')
  expect(hasDesktop()).toBe(false)
  const opening = vi.fn()
  await openOnDesktop('/page.html', false, opening)
  expect(opening).not.toHaveBeenCalled()
})

test.skipIf(process.platform !== 'linux')('a desktop without a browser is seen beforehand', () => {
  vi.stubEnv('BROWSER', '')
  vi.stubEnv('PATH', '/nonexistent')
  expect(whyNoBrowser()).toBe('no browser is found on the PATH')
  vi.stubEnv('BROWSER', 'firefox')
  expect(whyNoBrowser()).toBe(undefined)
})
