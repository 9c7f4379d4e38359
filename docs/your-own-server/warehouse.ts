/** The warehouse: another team's service, asked over HTTP. Here it is a process beside this one. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'

export interface Stock {
  pieces: number
  /** Of one piece. */
  grams: number
  /** Until it leaves the house. */
  days: number
}

export interface Shipping {
  /** In cents. */
  cost: number
  days: number
}

export interface Warehouse {
  stock(sku: string): Promise<Stock>
  shipping(country: string, grams: number): Promise<Shipping>
  close(): void
}

/** @param delay how long each reply takes, ms */
export async function startWarehouse(delay: number): Promise<Warehouse> {
  const service = fork(new URL('./warehouse-service.ts', import.meta.url), [String(delay)], {
    // Options of Node, and a profiler that came with them, are for the shop alone.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [port] = (await once(service, 'message')) as [number]
  const agent = new Agent({ keepAlive: true })
  const ask = async <T>(path: string) => (await readJson(port, path, agent)) as T
  return {
    stock: (sku) => ask<Stock>(`/stock/${sku}`),
    shipping: (country, grams) => ask<Shipping>(`/shipping/${country}/${grams}`),
    close: () => {
      agent.destroy()
      service.disconnect()
    },
  }
}

async function readJson(port: number, path: string, agent: Agent): Promise<unknown> {
  const [response] = await once(get({ host: '127.0.0.1', port, path, agent }), 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  if (response.statusCode !== 200) throw new Error(`the warehouse says ${response.statusCode}`)
  return JSON.parse(text)
}
