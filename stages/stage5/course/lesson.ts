import { percentLessCpu, percentLessInterval } from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const BATCH = 16

export const lesson: StageLesson = {
  pipeline: BATCH,
  about: [
    "The encore goes on where node:net ends. Every read and every write of stage 4 is a system call, and every one of them passes through libuv, Node's C++ and V8's entry on its way.",
    'io_uring is another contract with the kernel: the program puts what it wants done into a ring of memory that both can see, and the kernel puts what was done into another. Stage 5 makes one system call for all that one turn of its loop has to say, through node:ffi, and it is still plain TypeScript.',
  ],
  code: { file: 'loop.ts', region: 'Loop' },
  predictions: [
    {
      id: 'calls',
      short: 'reads and writes, 16 SETs',
      kind: 'number',
      ask: 'The kernel counts the calls of read(2) and write(2) of every process. How many will it count for a batch of 16 SETs, both together?',
      unit: 'system calls for the 16',
      because:
        'Not one: io_uring does the same work, but nobody calls read or write. The counter is right, and it does not count what you wanted to know. strace -c, where it is allowed, shows io_uring_enter in their place.',
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'reads'),
          reading(after.counters, 'writes'),
          (reads, writes) => (reads + writes) * BATCH,
        ),
    },
    {
      id: 'cpu',
      short: 'CPU a SET, less by',
      kind: 'percent',
      ask: 'By how many per cent does a SET take less CPU than in stage 4, in batches of 16?',
      because:
        "What is saved is the way between kernel and program, and libuv and Node's C++ around it. What the network stack does with a reply is the same work as ever, whoever asks for it.",
      measured: percentLessCpu,
      interval: percentLessInterval,
    },
    {
      id: 'kernel',
      short: 'time in the kernel',
      kind: 'percent',
      ask: 'One request at a time: how many per cent of its time does stage 5 spend in the kernel?',
      because:
        'There is hardly anything else left. A server that does so little for a request can only become faster by asking the kernel for less.',
      measured: ({ shares }) =>
        shares.certain
          ? { value: 100 * shares.kernel }
          : { missing: 'the profiler of this machine cannot see all of the time' },
    },
  ],
  look: [
    "Node's own loop is still at the bottom, and all that libuv did for a socket has gone from above it. There stands the stage's loop, and on it one system call, io_uring_enter, under which the kernel does all the reading and writing.",
    'The way into JavaScript, a fifth of stage 1, has nearly vanished: the program calls the kernel, and no longer the other way round.',
  ],
  questions: [
    {
      id: 'counter',
      ask: 'A counter says 0 reads a request. What should you do before you believe it?',
      options: [
        'nothing: counters of the kernel are exact',
        'take the mean of ten runs',
        'ask what it counts, and whether the work may be done by other means',
      ],
      answer: 2,
      because:
        'It is exact about calls of read(2), and silent about io_uring. A figure that looks too good is a question about the counter first.',
    },
    {
      id: 'risk',
      ask: 'What does stage 5 give up that stage 4 has?',
      options: [
        "portability, Node's checks of memory, and an API that is stable",
        'nothing: it is faster in every way',
        'correct replies under load',
      ],
      answer: 0,
      because:
        'It runs on Linux with io_uring only, Node calls node:ffi experimental, and an address that is wrong by one ends the process, or worse, does not.',
    },
    {
      id: 'epoll',
      ask: 'A first sketch called epoll, read and write through node:ffi, and was no faster than node:net. Why?',
      options: [
        'epoll is slow',
        'every call through node:ffi costs something too, and there were as many of them as before',
        'TypeScript is compiled too late',
      ],
      answer: 1,
      because:
        'Replacing a way in C++ by a way in JavaScript saves nothing by itself. Asking less often does: one call for a whole turn of the loop.',
    },
  ],
  cost: "An experimental API, addresses that nobody checks, one operating system, and a loop that shares its thread with Node's own. Look at what it buys, and at what you would have to maintain.",
}
