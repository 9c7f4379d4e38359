/**
 * What a server spends its time on, in eight words. A frame in a stage's own file has the role that
 * the stage gives that file; any other has the role of the first rule below that fits, or else that
 * of its caller. A sample counts for the role of the frame on top.
 */
import type { StageRoles } from '../stages.ts'
import type { Frame, FrameNode, FrameTree } from './tree.ts'

export type Role =
  /** `read(2)`, the kernel it calls and libuv's loop around it. */
  | 'read'
  /** From libuv's callback through Node's C++ and V8's entry to the JavaScript callback, and back. */
  | 'entering JS'
  | 'parse'
  | 'execute'
  /** Making a reply and sending it: Node's streams, libuv, `write(2)` and the kernel it calls. */
  | 'reply'
  | 'GC'
  /** epoll, timers, ticks: asking what there is to do. */
  | 'event loop'
  | 'other'
  /** Time that the operating system accounts for and the profiler did not see. */
  | 'unseen'

/** In the order of a request's life, in which they are shown. */
export const roles: readonly Role[] = [
  'read',
  'entering JS',
  'parse',
  'execute',
  'reply',
  'GC',
  'event loop',
  'other',
  'unseen',
]

/** What a role is, in a sentence. */
export const roleMeanings: Record<Role, string> = {
  read: 'read(2), the kernel it calls, and libuv’s loop around it',
  'entering JS': 'the way from libuv through Node’s C++ into the JavaScript callback, and back',
  parse: 'from bytes to a command: the stage’s reader, parser and arguments',
  execute: 'running the command against the store',
  reply: 'making a reply and sending it, write(2) and the kernel it calls included',
  GC: 'V8 taking back memory that nothing refers to any more',
  'event loop': 'asking the kernel what to do next: epoll, timers, ticks',
  other: 'start, shutdown, and what belongs to no request',
  unseen: 'time that the operating system accounts for and the profiler did not see',
}

interface Rule {
  /** `its caller's`: it serves several roles, and must not match the rules further down. */
  role: Role | "its caller's"
  kind?: Frame['kind']
  /** Matched against the frame's file: a path in the checkout, `node:…`, `libuv`, `node`, `v8`, `libc`. */
  file?: RegExp
  name?: RegExp
}

const rules: readonly Rule[] = [
  { role: 'unseen', kind: 'unseen' },
  { role: 'GC', kind: 'gc' },

  // A system call that reads and writes for all connections at once: kernel frames distinguish the two.
  { role: 'read', kind: 'kernel', name: /^(io_recv|sock_recvmsg|tcp_recvmsg)/ },
  { role: 'reply', kind: 'kernel', name: /^(io_send|sock_sendmsg|tcp_sendmsg)/ },

  // What all stages share.
  { role: 'parse', file: /^src\/server\/(inline|pending|protocol-error)\.ts$/ },
  { role: 'reply', file: /^src\/server\/(replies|muted-replies|output|backlog)\.ts$/ },
  // Helpers, of the parsers and the commands both.
  { role: "its caller's", file: /^src\/server\/(numbers|value|limits|blocks)\.ts$/ },
  { role: 'other', file: /^src\/server\/(accept|listen|start)\.ts$/ },
  { role: 'execute', file: /^src\/server\// },

  // The kernel, by the system call. libc's `read` and `write` are between libuv and the kernel.
  { role: 'read', file: /^libc$/, name: /^(read|readv|recv|recvmsg|recvfrom)$/ },
  { role: 'reply', file: /^libc$/, name: /^(write|writev|send|sendmsg|sendto)$/ },
  { role: 'event loop', file: /^libc$/, name: /^(epoll_p?wait|kevent|poll)$/ },

  // libuv: what a stream does when its socket is readable or writable, then the loop itself.
  { role: 'read', file: /^libuv$/, name: /^uv__(stream_io|read|recvmsg)$/ },
  {
    role: 'reply',
    file: /^libuv$/,
    name: /^uv_(_?try_write2?|_?write2?|_write_callbacks|_write_req_finish)$/,
  },
  { role: 'event loop', file: /^libuv$/ },

  // Node's C++, from libuv's callback to JavaScript.
  {
    role: 'entering JS',
    file: /^node$/,
    name: /LibuvStreamWrap::(OnUv|ReadStart)|OnStream(Read|Alloc)|EmitRead|CallJSOnread|MakeCallback|InternalCallbackScope/,
  },
  {
    role: 'event loop',
    file: /^node$/,
    name: /SpinEventLoop|RunTimers|CheckImmediate|NodeMainInstance|^node::Start/,
  },
  {
    role: 'entering JS',
    file: /^v8$/,
    name: /^v8::(internal::)?(Execution::|Invoke$|Function::Call)|^JSEntry/,
  },
  {
    role: 'reply',
    file: /^node$/,
    name: /(StreamBase|LibuvStreamWrap|StreamResource|WriteWrap|ShutdownWrap)::.*(Write|Shutdown)|WriteWrap/,
  },

  // Node's JavaScript, on the way in and on the way out.
  { role: 'entering JS', file: /^node:internal\/stream_base_commons$/, name: /^onStreamRead$/ },
  { role: 'reply', file: /^node:internal\/stream_base_commons$/ },
  { role: 'reply', file: /^node:(net|_?stream.*|internal\/streams\/.*)$/ },
  {
    role: 'event loop',
    file: /^node:(internal\/)?(timers|process\/task_queues)$/,
    name: /^(processTimers|listOnTimeout|processTicksAndRejections)$/,
  },
]

/** The roles of the stages' own files, by the id of the stage. */
export type RolesByStage = ReadonlyMap<string, StageRoles>

/**
 * The role of a frame's own time, given that of the frame that called it.
 * @param byStage without it, a frame of a stage's own has the role of its caller
 */
export function roleOf(
  frame: Pick<Frame, 'name' | 'kind' | 'file'>,
  caller: Role,
  byStage: RolesByStage = new Map(),
): Role {
  const own = /^(?:stages|mine)\/([^/]+)\/(.+)$/.exec(frame.file ?? '')
  if (own !== null && frame.kind === 'js') {
    const [, id, file] = own
    // A reader's copy is called after its stage: `mine/stage1`, `mine/stage1-faster`.
    const roles = byStage.get(id!) ?? byStage.get(/^stage\d+/.exec(id!)?.[0] ?? '') ?? {}
    return roles[`${file} ${frame.name}`] ?? roles[file!] ?? caller
  }
  for (const rule of rules) {
    if (rule.kind !== undefined && rule.kind !== frame.kind) continue
    if (rule.file !== undefined && !rule.file.test(frame.file ?? '')) continue
    if (rule.name !== undefined && !rule.name.test(frame.name)) continue
    return rule.role === "its caller's" ? caller : rule.role
  }
  return caller
}

/** The role of a frame itself; undefined if it takes that of its caller. */
export function ownRole(
  frame: Pick<Frame, 'name' | 'kind' | 'file'>,
  byStage?: RolesByStage,
): Role | undefined {
  const given = new Set(roles.map((caller) => roleOf(frame, caller, byStage)))
  return given.size === 1 ? [...given][0] : undefined
}

export interface Shares {
  /** Each role's share of the whole, from 0 to 1; they add up to 1. */
  byRole: Record<Role, number>
  /** The part of a role that was spent in the kernel, as a share of the whole. */
  kernelByRole: Record<Role, number>
  /** The kernel's share of the whole. */
  kernel: number
  /** False if the profiler missed so much that a share may be far off: see `FrameTree.blind`. */
  certain: boolean
  /** Beside the article's three figures. */
  grouped: ArticleGroup[]
}

export interface ArticleGroup {
  label: string
  /** The share measured here, from 0 to 1. */
  share: number
  /** What the article's flame graph had, and the name of its frame. */
  article: { share: number; frame: string }
  roles: Role[]
}

/** Reduces a tree to shares by role, by self time. All zero for an empty tree; of no use by layers. */
export function shares(tree: Pick<FrameTree, 'root'> & Partial<Pick<FrameTree, 'source'>>): Shares {
  const byRole = noShares()
  const kernelByRole = noShares()
  const whole = tree.root.total
  let kernel = 0
  const visit = (node: FrameNode) => {
    const share = whole === 0 ? 0 : node.self / whole
    const role = node.role as Role
    // A tree in layers has other groups: then only the kernel and what was not seen are known.
    const isRole = role in byRole
    if (isRole) byRole[role] += share
    else if (node.kind === 'unseen') byRole.unseen += share
    if (node.kind === 'kernel') {
      if (isRole) kernelByRole[role] += share
      kernel += share
    }
    for (const child of node.children) visit(child)
  }
  visit(tree.root)
  return {
    byRole,
    kernelByRole,
    kernel,
    certain: tree.source !== '0x' && tree.source !== 'cpu-prof' && byRole.unseen <= 0.02,
    grouped: groups.map((group) => grouped(group, byRole)),
  }
}

type Group = Omit<ArticleGroup, 'share'>

const groups: readonly Group[] = [
  {
    label: 'getting a command in',
    roles: ['read', 'entering JS', 'parse'],
    article: { share: 0.75, frame: 'Parse.parse' },
  },
  {
    label: 'executing and replying',
    roles: ['execute', 'reply'],
    article: { share: 0.13, frame: 'Client.executeCommand' },
  },
  { label: 'releasing memory', roles: ['GC'], article: { share: 0.08, frame: 'Command.deinit' } },
]

function grouped(group: Group, byRole: Record<Role, number>): ArticleGroup {
  return { ...group, share: group.roles.reduce((sum, role) => sum + byRole[role], 0) }
}

function noShares(): Record<Role, number> {
  return Object.fromEntries(roles.map((role) => [role, 0])) as Record<Role, number>
}
