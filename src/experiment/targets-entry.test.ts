import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startTarget } from './targets.ts'

it('two versions that listen on one port run at the same time, each on its own', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lab-versions-'))
  const file = join(directory, 'server.ts')
  const reply = 'const version: string = process.argv[2]!'
  writeFileSync(
    file,
    `import { createServer } from 'node:http'\n${reply}\ncreateServer((_, res) => res.end(version)).listen({ port: 9, host: '127.0.0.1' })`,
  )
  const target = (name: string) => ({ name, server: file, args: [name], entry: {} })
  const servers = await Promise.all([startTarget(target('one')), startTarget(target('two'))])
  try {
    const texts = servers.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/`)).text())
    expect(await Promise.all(texts)).toEqual(['one', 'two'])
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(directory, { recursive: true })
  }
})
