/**
 * What the frames of a flame graph mean that are not the stage's own: libuv, Node's C++, V8, libc,
 * the kernel. By pattern, since perf shows hundreds of functions of the kernel and one sentence is
 * true of many. What role a frame has is not said here but in `roles.ts`, which is asked.
 */
import type { Frame, FrameKind } from './tree.ts'

interface Entry {
  name: RegExp
  kind: FrameKind
  file: string
  /** A name that fits, to be offered to a person who typed something near it. */
  example: string
  means: string
}

const entries: readonly Entry[] = [
  {
    name: /^not seen by this profiler/,
    kind: 'unseen',
    file: 'no samples',
    example: 'not seen by this profiler',
    means:
      'CPU time of the process that the operating system counted and the profiler has no sample of: without perf it is mostly the kernel in read(2), write(2) and epoll, and libuv. It is drawn as one frame, so that the graph shows all of the time; npm run doctor says what keeps perf from seeing it',
  },
  // libuv
  uv(/^uv_run$/, 'uv_run', 'the event loop: all that the server does happens below it'),
  uv(
    /^uv__io_poll$/,
    'uv__io_poll',
    'asks the kernel which sockets are ready, and calls back for each',
  ),
  uv(
    /^uv__stream_io$/,
    'uv__stream_io',
    'a socket is readable or writable: reads from it, once for each event or more',
  ),
  uv(
    /^uv__read$/,
    'uv__read',
    'asks for a buffer, calls read(2), and hands the bytes to Node; one turn per buffer full, so one per byte if the buffer has one byte',
  ),
  uv(
    /^uv_(_?try_)?write2?$|^uv__write$/,
    'uv_try_write',
    'tries write(2) at once; only what the kernel does not take is queued',
  ),
  uv(
    /^uv_/,
    'uv_now',
    'a function of libuv, the library below Node that talks to the operating system',
  ),
  // libc
  libc(
    /^(read|readv|recv|recvmsg|recvfrom)$/,
    'read',
    'libc’s function for the system call: above it is the kernel',
  ),
  libc(
    /^(write|writev|send|sendmsg|sendto)$/,
    'write',
    'libc’s function for the system call: above it is the kernel',
  ),
  libc(
    /^(epoll_p?wait|poll|kevent)$/,
    'epoll_pwait',
    'waits for sockets to be ready; time on the CPU here is the asking, not the waiting',
  ),
  libc(
    /^syscall$/,
    'syscall',
    'libc’s function for any system call by its number: io_uring_enter has no function of its own there',
  ),
  libc(/^_*mem(cpy|move|set|cmp)/, 'memcpy', 'copies or compares bytes'),
  libc(
    /^(malloc|free|calloc|realloc|_int_malloc|_int_free|cfree)$/,
    'malloc',
    'memory outside V8’s heap: Buffers’ contents, Node’s C++ objects',
  ),
  // Node
  node(
    /LibuvStreamWrap::On|ReadStart/,
    'node::LibuvStreamWrap::OnUvRead',
    'libuv’s callback into Node: bytes have arrived',
  ),
  node(
    /OnStream(Read|Alloc)|EmitRead/,
    'node::EmitToJSStreamListener::OnStreamRead',
    'hands what was read to the listener of the stream',
  ),
  node(
    /CallJSOnread/,
    'node::StreamBase::CallJSOnreadMethod',
    'the way from C++ into JavaScript for bytes that were read',
  ),
  node(
    /MakeCallback|InternalCallbackScope/,
    'node::InternalMakeCallback',
    'opens a scope around a callback into JavaScript, and runs ticks and promises after it: a fixed cost for each',
  ),
  node(
    /Write|Shutdown/,
    'node::LibuvStreamWrap::DoTryWrite',
    'the way from a stream’s write in JavaScript to libuv',
  ),
  node(/(?:)/, 'node::Environment', 'C++ of Node'),
  // V8
  v8(
    /^v8::internal::(Execution::|Invoke$)|^v8::Function::Call|^JSEntry/,
    'v8::internal::Invoke',
    'the entry from C++ into JavaScript: saves registers, checks the stack, calls',
  ),
  {
    name: /^garbage collection$|^v8::internal::(Heap|Scavenger|MarkCompact|.*Sweeper)/,
    kind: 'gc',
    file: 'v8',
    example: 'garbage collection',
    means:
      'V8 looks for objects that nothing refers to, and moves those that live; the more is allocated, the more often',
  },
  v8(/^v8::/, 'v8::Object::Get', 'C++ of V8, the JavaScript engine'),
  {
    name: /^CreateTypedArray$/,
    kind: 'builtin',
    file: 'v8',
    example: 'CreateTypedArray',
    means:
      'makes a typed array, and so every Buffer: also a view of another one, which copies no byte and is an object of its own all the same',
  },
  {
    name: /^(InterpreterEntryTrampoline|CallApiCallback|Call_|CallFunction|ArgumentsAdaptor|JSEntryTrampoline|.*[a-z]IC$|.*[a-z]IC_|.*Handler$|(Map|Array|String|TypedArray|Promise|RegExp|Object)Prototype)/,
    kind: 'builtin',
    file: 'v8',
    example: 'InterpreterEntryTrampoline',
    means:
      'machine code that V8 carries ready made: calls, property look-ups, methods like Map.prototype.get',
  },
  // Node's JavaScript
  js(
    /^onStreamRead$/,
    'node:internal/stream_base_commons',
    'onStreamRead',
    'the first JavaScript of a read: finds the stream, and passes the bytes to its `onread` callback',
  ),
  js(
    /^(writeGeneric|afterWriteDispatched|createWriteWrap|handleWriteReq|onWriteComplete)$/,
    'node:internal/stream_base_commons',
    'writeGeneric',
    'a write on its way from the stream to C++',
  ),
  js(
    /^(Writable\..*|_write|writeOrBuffer|onwrite|afterWrite\w*|clearBuffer|doWrite)$/,
    'node:internal/streams/writable',
    'writeOrBuffer',
    'Node’s stream: keeps count of what is under way, and calls back when it is done',
  ),
  js(/^Socket\./, 'node:net', 'Socket._writeGeneric', 'Node’s socket, between the stream and C++'),
  js(
    /^(processTicksAndRejections|processTimers|listOnTimeout)$/,
    'node:internal/process/task_queues',
    'processTicksAndRejections',
    'runs what was put off to “right after this”, or a timer',
  ),
  js(
    /^(FastBuffer|fromString\w*|fromArrayLike|allocate|alloc\w*|concat|subarray|latin1\w*|utf8\w*|toString)$/,
    'node:buffer',
    'FastBuffer',
    'a Buffer is made, or turned into a string',
  ),
  // the kernel
  kernel(
    /^(entry_SYSCALL|do_syscall|__x64_sys|__se_sys|__arm64_sys|el0_|invoke_syscall|syscall_|exit_to_user)/,
    'entry_SYSCALL_64_after_hwframe',
    'the way into the kernel and back: the fixed cost of any system call',
  ),
  kernel(
    /^(ksys_read|vfs_read|sock_read_iter|sock_recvmsg|inet_recvmsg|tcp_recvmsg|tcp_rcv_space|tcp_cleanup_rbuf)/,
    'tcp_recvmsg',
    'takes received bytes out of the socket’s queue',
  ),
  kernel(
    /^(ksys_write|vfs_write|sock_write_iter|sock_sendmsg|inet_sendmsg|tcp_sendmsg|tcp_push|tcp_write|__tcp_push|__tcp_transmit|tcp_v4_|tcp_ack|tcp_rcv|tcp_)/,
    'tcp_sendmsg',
    'TCP: puts bytes into segments; over loopback the receiving side runs here too, before write(2) returns',
  ),
  kernel(/^io_recv/, 'io_recv', 'io_uring: takes received bytes, into a buffer of its choice'),
  kernel(/^io_send/, 'io_send', 'io_uring: sends, as write(2) would'),
  kernel(
    /^(__do_sys_io_uring|io_|__io_)/,
    'io_submit_sqes',
    'io_uring: does what is in its queue, and reports what is done',
  ),
  kernel(/^(ip_|__ip_|nf_|ip6_)/, 'ip_queue_xmit', 'IP: routes a packet, here to the same machine'),
  kernel(
    /^(net_rx|__netif|process_backlog|__napi|__dev_queue|dev_|loopback_|netif_)/,
    'process_backlog',
    'the network device; over loopback a packet sent is a packet received at once',
  ),
  kernel(
    /^(skb_|__skb_|alloc_skb|__alloc_skb|kfree_skb|__kfree_skb|kmem_cache|__kmalloc|slab_)/,
    '__alloc_skb',
    'the kernel’s memory for a packet',
  ),
  kernel(
    /^(ep_|do_epoll|sys_epoll|__wake_up|sock_def_readable|try_to_wake_up|wake_up)/,
    'ep_poll',
    'epoll: lists what is ready, and wakes what waits for it',
  ),
  kernel(
    /^(schedule|__schedule|finish_task_switch|pick_next|dequeue_|enqueue_)/,
    'schedule',
    'the processor goes to another task',
  ),
  kernel(
    /^(_raw_|__raw_|native_|lock_sock|release_sock|mutex_|queued_spin|__local_bh|__do_softirq|do_softirq|irq|asm_|sysvec|handle_softirqs)/,
    '_raw_spin_unlock_irqrestore',
    'locks and interrupts; with cpu-clock, time spent with interrupts off is counted at the function that switches them on again',
  ),
  kernel(
    /^(copy_|_copy_|__copy_|rep_movs|simple_copy|__check_object)/,
    'copy_user_generic_string',
    'copies between the kernel and the process',
  ),
  kernel(
    /^(sock_|__sock|sk_|__sys_|fget|fput|fdget|__fget|security_|apparmor_|aa_|selinux)/,
    'sock_poll',
    'the socket of a file descriptor, and whether it may be used',
  ),
]

function uv(name: RegExp, example: string, means: string): Entry {
  return { name, kind: 'native', file: 'libuv', example, means }
}
function libc(name: RegExp, example: string, means: string): Entry {
  return { name, kind: 'native', file: 'libc', example, means }
}
function node(name: RegExp, example: string, means: string): Entry {
  return {
    name: new RegExp(`^node::.*(?:${name.source})`),
    kind: 'native',
    file: 'node',
    example,
    means,
  }
}
function v8(name: RegExp, example: string, means: string): Entry {
  return { name, kind: 'native', file: 'v8', example, means }
}
function js(name: RegExp, file: string, example: string, means: string): Entry {
  return { name, kind: 'js', file, example, means }
}
function kernel(name: RegExp, example: string, means: string): Entry {
  return { name, kind: 'kernel', file: 'kernel', example, means }
}

/** Names that the glossary knows, one of each sort. */
export const knownFrameNames: readonly string[] = entries.map(({ example }) => example)

export interface Meaning {
  frame: Pick<Frame, 'name' | 'kind' | 'file'>
  means: string
}

/**
 * What a frame is, if it is not the stage's own; undefined if nothing is known.
 * @param label as a flame graph shows it, `uv__read`, `read libc`, `from node:buffer:348`: a name
 *   that is in no entry is known by the part of the process after it
 */
export function lookUp(label: string): Meaning | undefined {
  // The frame that stands for unseen time has its own words after its name.
  const unseen = entries.find(({ name, kind }) => kind === 'unseen' && name.test(label.trim()))
  if (unseen !== undefined) {
    const { example, kind, file, means } = unseen
    return { frame: { name: example, kind, file }, means }
  }
  const match = /^(.*?)(?: (libuv|libc|node|v8|kernel|node:\S+?)(?::\d+)*)?$/.exec(label.trim())
  const [name, part] = [match?.[1] ?? label, match?.[2]]
  const entry = entries.find(
    (one) => one.name.test(name) && (part === undefined || !(part in parts) || one.file === part),
  )
  if (entry !== undefined) {
    const { kind, file, means } = entry
    return { frame: { name, kind, file }, means }
  }
  if (part === undefined) return undefined
  if (part.startsWith('node:')) {
    return { frame: { name, kind: 'js', file: part }, means: "a function of Node's own JavaScript" }
  }
  const { kind, means } = parts[part]!
  return { frame: { name, kind, file: part }, means }
}

/** The parts of the process, for names that no entry has. */
const parts: Record<string, { kind: FrameKind; means: string }> = {
  libuv: { kind: 'native', means: 'a function of libuv' },
  libc: { kind: 'native', means: 'a function of the C library' },
  node: { kind: 'native', means: 'C++ of Node' },
  v8: { kind: 'builtin', means: 'machine code that V8 carries ready made, or C++ of V8' },
  kernel: { kind: 'kernel', means: 'a function of the kernel' },
}
