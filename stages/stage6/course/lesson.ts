import { percentLessCpu, percentLessInterval } from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const BATCH = 16

export const lesson: StageLessonEntry = {
  pipeline: BATCH,
  about: [
    "The encore starts where node:net ends. Every read and every write of stages 1 to 5 is a system call, and each of them passes through libuv, Node's C++ and V8's entry.",
    'io_uring works differently: the program writes requests into a ring of memory that it shares with the kernel, and the kernel writes the results into another. Stage 6 makes one system call for all requests of one turn of its loop, through node:ffi, and it is still plain TypeScript.',
  ],
  code: { file: 'loop.ts', region: 'Loop' },
  predictions: [
    {
      id: 'calls',
      short: 'reads and writes, 16 SETs',
      kind: 'number',
      ask: 'The kernel counts the calls to read(2) and write(2) of every process. How many will it count for a batch of 16 SETs, both together?',
      unit: 'system calls for the 16',
      because:
        'Not one: io_uring does the same work, but the program calls neither read nor write. The counter is right, and it does not count what you wanted to know. strace -c, if it is allowed, shows io_uring_enter instead.',
      holds: (calls) => calls < 0.5,
      otherwise:
        "Expected: none. Node's own calls, for a timer or for output, are counted too, and weigh more in a short run.",
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'reads'),
          reading(after.counters, 'writes'),
          (reads, writes) => (reads + writes) * BATCH,
        ),
    },
    {
      id: 'cpu',
      short: 'less CPU per SET',
      kind: 'percent',
      ask: 'What percentage less CPU does a SET take than in stage 5, in batches of 16?',
      because:
        "It saves the way between kernel and program, and libuv and Node's C++ around it. The network stack does the same work for a reply as before.",
      holds: (percent) => percent >= 5,
      otherwise:
        'Expected: a clear saving. Kernels differ in what io_uring costs, and a virtual machine may add to it; the interval says how much the rounds differ.',
      measured: percentLessCpu,
      interval: percentLessInterval,
    },
    {
      id: 'kernel',
      short: 'time in the kernel',
      kind: 'percent',
      ask: 'One request at a time: what percentage of its time does stage 6 spend in the kernel?',
      because:
        'Little else is left. A server that does so little per request can only become faster by asking the kernel for less.',
      holds: (percent) => percent >= 75,
      otherwise:
        "Expected: three quarters or more. On this machine the program's own part is larger: a slower processor in user mode, a cheaper kernel, or a profile with few samples.",
      measured: ({ shares }) =>
        shares.certain
          ? { value: 100 * shares.kernel }
          : { missing: 'the profiler of this machine cannot see all of the time' },
    },
  ],
  practised: {
    flame: {
      ask: 'Read the graph yourself, before the text does. The reply is the widest, as before. Which role comes second, by the sum of its lines?',
      place: 1,
      among: ['read', 'entering JS', 'parse', 'execute', 'reply', 'event loop'],
      because:
        'A server with a loop of its own pays for it itself: what libuv and Node did around each read and write is now one call for a turn, and the stage fills in its entries.',
    },
  },
  lookAt: 'syscall',
  look: [
    "Node's own loop is still there, but everything that libuv did for a socket is gone. In its place is the loop of the stage, and in it one system call, io_uring_enter, in which the kernel does all the reading and writing.",
    'Look for the way into JavaScript, and compare it with stage 1: the program calls the kernel now, and not the other way round.',
  ],
  questions: [
    {
      id: 'counter',
      ask: 'A counter says 0 reads per request. What should you do before you believe it?',
      options: [
        'nothing: counters of the kernel are exact',
        'take the mean of ten runs',
        'find out what it counts, and whether the work may be done by other means',
      ],
      answer: 2,
      because:
        'It is exact about calls to read(2), and says nothing of io_uring. If a figure looks too good, question the counter first.',
    },
    {
      id: 'risk',
      ask: 'What does stage 6 give up that stage 5 has?',
      options: [
        "portability, Node's checks of memory, and an API that is stable",
        'nothing: it is faster in every way',
        'correct replies under load',
      ],
      answer: 0,
      because:
        'It runs on Linux with io_uring only, Node calls node:ffi experimental, and an address that is wrong by one ends the process, or corrupts it silently.',
    },
    {
      id: 'epoll',
      ask: 'A first sketch called epoll, read and write through node:ffi, and was no faster than node:net. Why?',
      options: [
        'epoll is slow',
        'every call through node:ffi has a cost too, and there were as many of them as before',
        'TypeScript is compiled too late',
      ],
      answer: 1,
      because:
        'Replacing a path in C++ by a path in JavaScript saves nothing by itself. Fewer calls do: one call for a whole turn of the loop.',
    },
  ],
  cost: "An experimental API, addresses that nothing checks, one operating system, and a loop that shares its thread with Node's own. Look at what it saves, and at what you would have to maintain.",
}
