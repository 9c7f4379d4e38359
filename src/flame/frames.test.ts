import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { jsFrame, kernelFrame, nativeFrame, shorten } from './frames.ts'
import { relativeTo } from './relative-to.ts'

describe('paths', () => {
  const place = relativeTo('/home/ada/my checkout')

  test.each([
    ['file:///home/ada/my%20checkout/stages/stage1/reader.ts', 'stages/stage1/reader.ts'],
    ['/home/ada/my checkout/src/server/execute.ts', 'src/server/execute.ts'],
    ['node:internal/stream_base_commons', 'node:internal/stream_base_commons'],
    ['/home/ada/elsewhere/node_modules/tsx/dist/x.mjs', 'node_modules/tsx/dist/x.mjs'],
    ['file:///home/ada/my%20checkout%20too/secret.ts', 'secret.ts'],
    ['C:\\somewhere\\else.js', 'else.js'],
  ])('%s', (given, expected) => expect(place(given)).toBe(expected))

  test('a checkout that was reached through a symbolic link', () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'lab names ')))
    try {
      mkdirSync(join(dir, 'real'))
      symlinkSync(join(dir, 'real'), join(dir, 'link'))
      const through = relativeTo(join(dir, 'link'))
      const real = pathToFileURL(join(dir, 'real', 'stages', 'a.ts')).href
      expect(through(real)).toBe('stages/a.ts')
      expect(through(join(dir, 'link', 'stages', 'a.ts'))).toBe('stages/a.ts')
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})

describe('functions', () => {
  const place = relativeTo('/lab')

  test.each([
    ['next file:///lab/stages/stage1/parser.ts:12:7', 'next', 'stages/stage1/parser.ts', 12],
    ['get waiting file:///lab/a.ts:3:14', 'get waiting', 'a.ts', 3],
    [' node:internal/validators:312:39', '(anonymous)', 'node:internal/validators', 312],
    ['Socket._write node:net:1335:1', 'Socket._write', 'node:net', 1335],
    ['onStreamRead node:net:7', 'onStreamRead', 'node:net', 7],
    [' file:///lab/stages/stage1/main.ts:1:1', '(module)', 'stages/stage1/main.ts', 1],
    ['wasm-function[105]', 'wasm-function[105]', undefined, undefined],
  ])('%s', (given, name, file, line) => {
    const frame = jsFrame(given, 'maglev', place)
    expect([frame.name, frame.file, frame.line]).toEqual([name, file, line])
    expect(frame).toMatchObject({ kind: 'js', tier: 'maglev' })
  })

  test.each([
    [
      'non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*)',
      'node::LibuvStreamWrap::DoTryWrite',
    ],
    [
      'node::StreamBase::JSMethod<&(int node::StreamBase::WriteString<(node::encoding)4>(v8::FunctionCallbackInfo<v8::Value> const&))>',
      'node::StreamBase::JSMethod',
    ],
    ['v8::internal::(anonymous namespace)::Invoke', 'v8::internal::Invoke'],
    [
      'node::LibuvStreamWrap::ReadStart()::$_1::__invoke',
      'node::LibuvStreamWrap::ReadStart::$_1::__invoke',
    ],
    ['void std::sort<int*>(int*, int*)', 'std::sort'],
    ['std::operator<(A const&, B const&)', 'std::operator<'],
    ['A::operator->() const', 'A::operator->'],
    ['__GI___libc_write', 'write'],
    ['__write@@GLIBC_2.2.5', 'write'],
    ['epoll_pwait', 'epoll_pwait'],
    ['__libc_malloc', 'malloc'],
  ])('%s', (given, expected) => expect(shorten(given)).toBe(expected))

  test('a name of many kilobytes takes no time worth naming', () => {
    expect(shorten(`f<${'A<'.repeat(20_000)}${'>'.repeat(20_001)}`)).toBe('f')
  })

  test('machine code is filed under its part, never under the path of a binary', () => {
    const node = '/home/ada/node_modules/node/bin/node'
    expect(nativeFrame('uv__io_poll', node)).toEqual({
      name: 'uv__io_poll',
      kind: 'native',
      file: 'libuv',
    })
    expect(nativeFrame('v8::Function::Call', node).file).toBe('v8')
    expect(nativeFrame('Builtins_JSEntry', node)).toEqual({
      name: 'JSEntry',
      kind: 'builtin',
      file: 'v8',
    })
    expect(nativeFrame('llhttp_execute', node).file).toBe('node')
    expect(nativeFrame('__read', '/usr/lib/libc.so.6')).toEqual({
      name: 'read',
      kind: 'native',
      file: 'libc',
    })
    expect(nativeFrame('std::string::find', '/usr/lib/libstdc++.so.6.0.30').file).toBe('libstdc++')
  })

  test('kernel functions lose what the compiler appended', () => {
    expect(kernelFrame('do_softirq.part.0').name).toBe('do_softirq')
    expect(kernelFrame('finish_task_switch.isra.0')).toEqual({
      name: 'finish_task_switch',
      kind: 'kernel',
      file: 'kernel',
    })
    expect(kernelFrame('[unknown]').name).toBe('(kernel)')
  })
})
