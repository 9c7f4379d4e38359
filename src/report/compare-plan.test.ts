import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { choosePlan, planHttp, readCompareWords, readRounds } from './compare-plan.ts'

const here = () => undefined
const notHere = () => 'redis-server is not installed on this machine'

test('without words: all servers, with and without a pipeline, long enough for a verdict', async () => {
  const plan = await choosePlan(readCompareWords({}), here, () => undefined)
  expect(plan.targets.map(({ name }) => name)).toEqual(['redis', ...stages.map(({ id }) => id)])
  expect(plan.workloads.map(({ clients, pipeline }) => [clients, pipeline])).toEqual([
    [50, 1],
    [50, 16],
  ])
  expect(plan.tests).toEqual(['set', 'get'])
  expect(plan.baseline).toBe('redis')
  expect(plan.rounds).toBeGreaterThanOrEqual(5)
  expect(plan.notes).toEqual([])
  expect(readCompareWords({ quick: true }).rounds).toBeGreaterThanOrEqual(5)
})

test('without Redis the ratios are to the first stage, and that is said', async () => {
  const plan = await choosePlan(readCompareWords({}), notHere)
  expect(plan.targets.map(({ name }) => name)).toEqual(stages.map(({ id }) => id))
  expect(plan.baseline).toBe('stage1')
  expect(plan.notes).toEqual([
    'redis-server is not installed on this machine: the ratios are to stage1',
  ])
  const wanted = readCompareWords({ baseline: 'redis' })
  await expect(choosePlan(wanted, notHere)).rejects.toThrow('is not installed')
  await expect(choosePlan(readCompareWords({ servers: 'redis' }), notHere)).rejects.toThrow(
    LabError,
  )
})

test('another version of Redis takes part, and that is said', async () => {
  const plan = await choosePlan(readCompareWords({}), here, () => 'redis-server is 8.0.1 here')
  expect(plan.baseline).toBe('redis')
  expect(plan.notes).toEqual(['redis-server is 8.0.1 here'])
})

test('servers, baseline, lists and lengths', async () => {
  const words = readCompareWords({
    servers: '4,stage2,redis,stage4',
    baseline: '2',
    pipeline: '1,4,4',
    clients: '10',
    tests: 'ping',
    rounds: '9',
    seconds: '.5',
    quick: true,
    tool: 'redis-benchmark',
  })
  expect(words).toMatchObject({
    servers: [
      { name: 'stage4', server: 'stage4' },
      { name: 'stage2', server: 'stage2' },
      { name: 'redis', server: 'redis' },
    ],
    baseline: 'stage2',
    rounds: 9,
    seconds: 0.5,
    tests: ['ping'],
    tool: 'redis-benchmark',
    sweep: null,
  })
  expect(words.workloads).toEqual([
    { clients: 10, pipeline: 1, payload: 3, keyspace: 1 },
    { clients: 10, pipeline: 4, payload: 3, keyspace: 1 },
  ])
  expect((await choosePlan(words, here)).baseline).toBe('stage2')
})

test('a sweep changes one thing, in order', () => {
  const { sweep, workloads } = readCompareWords({ sweep: 'payload=1024,3,64', pipeline: '16' })
  expect(sweep).toEqual({ over: 'payload', values: [3, 64, 1024] })
  expect(workloads.map(({ payload, pipeline }) => [payload, pipeline])).toEqual([
    [3, 16],
    [64, 16],
    [1024, 16],
  ])
  expect(readCompareWords({ sweep: 'clients=1,50' }).workloads[0]).toMatchObject({
    clients: 1,
    pipeline: 1,
  })
})

test("a reader's copy of a stage takes part", async () => {
  const name = `mine/stage1-plan-${process.pid}`
  const directory = join(labRoot, name)
  mkdirSync(directory, { recursive: true })
  try {
    writeFileSync(join(directory, 'main.ts'), '')
    const plan = await choosePlan(readCompareWords({ servers: `stage1,${name}` }), () => 'no Redis')
    expect(plan).toMatchObject({ baseline: 'stage1', notes: [] })
    expect(plan.targets[1]).toEqual({ name, server: name })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('two versions of a server: distinct names, ratios to the first', () => {
  const files = ['/projects/a/server.ts', '/projects/b/server.ts']
  const plan = planHttp({ http: 'http://127.0.0.1:3000/items?page=2', connections: '4' }, files, [
    'x',
  ])
  expect(plan).toMatchObject({ baseline: 'a', tool: 'http', tests: ['get'] })
  expect(plan.targets[1]).toMatchObject({ name: 'b', server: files[1], args: ['x'] })
  expect(plan.workloads[0]).toMatchObject({ clients: 4, http: { path: '/items?page=2' } })
  expect(planHttp({ http: ':3000/items' }, files, []).workloads[0]!.http?.path).toBe('/items')
  expect(() => planHttp({ http: 'items' }, files, [])).toThrow('takes a path such as /items')
  expect(() => planHttp({ http: '/' }, files.slice(1), [])).toThrow('name two versions')
  const same = [files[0]!, files[0]!]
  expect(() => planHttp({ http: '/' }, same, [])).toThrow('name two versions')
  const nested = ['/projects/server.ts', '/projects/old/server.ts']
  const names = planHttp({ http: '/' }, nested, []).targets.map(({ name }) => name)
  expect(names).toEqual(['server.ts', 'old/server.ts'])
})

test('an ablation is the stage and the stage without each of its optimizations', async () => {
  const plan = await choosePlan(readCompareWords({ ablate: '4' }), here)
  expect(plan.baseline).toBe('stage4')
  expect(plan.targets[0]).toEqual({ name: 'stage4', server: 'stage4' })
  expect(plan.targets).toContainEqual({
    name: 'no slab',
    server: 'stage4',
    args: ['--without', 'slab'],
  })
  expect(plan.ablation!.optimizations.length).toBe(plan.targets.length - 1)
  const nothing = choosePlan(readCompareWords({ ablate: 'stage1' }), here)
  await expect(nothing).rejects.toThrow('stage1 has nothing that can be left out')
})

test.each([
  [{ ablate: 'stage4', servers: 'stage1' }, 'does not go with --servers'],
  [{ servers: 'stage9' }, "there is no server 'stage9'"],
  [{ servers: 'stage1', baseline: 'stage2' }, '--baseline stage2 is not among'],
  [{ rounds: '0' }, '--rounds needs a whole number from 1'],
  [{ rounds: '2.5' }, '--rounds needs'],
  [{ seconds: 'x' }, '--seconds needs a number'],
  [{ pipeline: '1,x' }, '--pipeline needs a whole number'],
  [{ sweep: 'colour=1,2' }, '--sweep needs'],
  [{ sweep: 'pipeline=1' }, '--sweep needs'],
  [{ sweep: 'pipeline=1,2,3,4,5,6,7,8' }, '2 to 7 numbers'],
  [{ sweep: 'pipeline=1,2', pipeline: '3' }, 'exclude each other'],
  [{ sweep: 'clients=1,99999999' }, '--clients needs'],
  [{ tests: 'nope' }, '--tests needs'],
] as const)('%j is refused', (values, says) => {
  try {
    readCompareWords(values)
  } catch (error) {
    expect(error).toBeInstanceOf(LabError)
    expect((error as LabError).message).toContain(says)
    expect((error as LabError).exitCode).toBe(2)
    return
  }
  expect.unreachable()
})

test('rounds are a number or auto', () => {
  expect(readRounds('12', 9)).toEqual({ rounds: 12 })
  expect(readRounds(undefined, 9)).toEqual({ rounds: 9 })
  expect(readRounds('auto', 9)).toMatchObject({ auto: true, rounds: expect.any(Number) })
  expect(() => readRounds('some', 9)).toThrow(/--rounds/)
})

test('servers that are not the lab’s: valkey, and any by its path', async () => {
  const { servers } = readCompareWords({ servers: 'redis,valkey,other=/no/such/server,stage4' })
  expect(servers).toEqual([
    { name: 'redis', server: 'redis' },
    { name: 'valkey', server: 'valkey', path: 'valkey-server' },
    { name: 'other', server: 'other', path: '/no/such/server' },
    { name: 'stage4', server: 'stage4' },
  ])
  const plan = await choosePlan(
    readCompareWords({ servers: `other=/no/such/server,this=${process.execPath},stage4` }),
    notHere,
  )
  expect(plan.targets.map(({ name }) => name)).toEqual(['this', 'stage4'])
  expect(plan.notes).toEqual(['there is no /no/such/server: the ratios are to this'])
  expect(() => readCompareWords({ servers: 'stage4=/opt/redis-server' })).toThrow(
    /'stage4' is a server of the lab's own list/,
  )
})

test('many keys: a stage that takes minutes to set them takes no part, unless it is named', async () => {
  const sweep = { sweep: 'keyspace=1,1000000' }
  const { targets, notes } = await choosePlan(readCompareWords(sweep), here, () => undefined)
  const least = (name: string) => targets.find((target) => target.name === name)?.mostKeys
  expect(least('stage1')).toBeLessThan(1_000_000)
  expect(least('stage4')).toBe(undefined)
  expect(notes).toEqual([expect.stringMatching(/^stage1 takes no part with more than 10,000 keys/)])
  const named = await choosePlan(readCompareWords({ ...sweep, servers: 'stage1,redis' }), here)
  expect(named.targets.map(({ mostKeys }) => mostKeys)).toEqual([undefined, undefined])
})
