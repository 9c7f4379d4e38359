import { expect, it } from 'vitest'
import { asSourceLists, codenameOf } from './sources.ts'

const list = (text: string) => asSourceLists([{ name: 'sources.list', text }], 'bookworm')
const sources = (text: string) => asSourceLists([{ name: 'debian.sources', text }], 'bookworm')
const textOf = (files: { text: string }[]) => files.map(({ text }) => text).join()

it('makes lines for sources of the lines for packages', () => {
  const text = `
# deb http://example.org/commented bookworm main
deb http://deb.debian.org/debian bookworm main contrib # a comment
deb [arch=amd64 signed-by=/k.gpg]  http://x.org/debian-security bookworm-security main
deb [arch=amd64] http://y.org/debian bookworm-updates main
  deb-src http://z.org/debian bookworm main
`
  expect(textOf(list(text)).split('\n')).toEqual([
    'deb-src http://deb.debian.org/debian bookworm main contrib',
    'deb-src [signed-by=/k.gpg] http://x.org/debian-security bookworm-security main',
    'deb-src http://y.org/debian bookworm-updates main',
    'deb-src http://z.org/debian bookworm main',
    '',
  ])
})

it('does not name a place twice', () => {
  const text = 'deb http://a.org/d bookworm main\ndeb-src http://a.org/d bookworm main\n'
  expect(textOf(list(text))).toBe('deb-src http://a.org/d bookworm main\n')
})

it('leaves out what is not of the distribution', () => {
  expect(list('deb http://example.org/apt cloud-sdk-bookworm main\n')).toEqual([])
  expect(list('deb http://example.org/docker bookworm stable\n')).toEqual([])
  expect(list('deb http://example.org/pgdg bookworm-pgdg main\n')).toEqual([])
  expect(list('deb http://example.org/flat ./\n')).toEqual([])
})

it('takes a distribution that is named by its state, or is Ubuntu', () => {
  expect(list('deb http://deb.debian.org/debian stable main\n')).toHaveLength(1)
  expect(list('deb http://security.debian.org stable-security main\n')).toHaveLength(1)
  const ubuntu = {
    name: 'a.list',
    text: 'deb http://archive.ubuntu.com/ubuntu jammy-updates universe',
  }
  expect(asSourceLists([ubuntu], 'jammy')).toHaveLength(1)
})

it('makes paragraphs for sources of the paragraphs for packages', () => {
  const text = `Types: deb
# a comment
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://deb.example.com/node_20.x
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://off.example.com/debian
Suites: bookworm
Components: main
`
  expect(textOf(sources(text))).toBe(`Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`)
})

it('leaves out files of which nothing is left', () => {
  expect(sources('Types: deb\nURIs: http://x.org\nSuites: nodistro\nComponents: main\n')).toEqual(
    [],
  )
  expect(list('')).toEqual([])
})

it('reads the codename', () => {
  expect(codenameOf('ID=debian\nVERSION_CODENAME=bookworm\n')).toBe('bookworm')
  expect(codenameOf('ID=arch\n')).toBe(undefined)
})
