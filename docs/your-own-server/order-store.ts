/** The orders, in memory. */
import type { Order } from './seed.ts'

export class OrderStore {
  /** The newest first. */
  readonly #orders: readonly Order[]
  readonly #byId: ReadonlyMap<number, Order>

  constructor(orders: readonly Order[]) {
    this.#orders = orders.toSorted((a, b) => b.id - a.id)
    this.#byId = new Map(orders.map((order) => [order.id, order]))
  }

  /** All orders. They are copies: what a caller does to them does not change what is stored. */
  all(): Order[] {
    return structuredClone(this.#orders) as Order[]
  }

  /** One order, as a copy too; undefined if there is none of that number. */
  find(id: number): Order | undefined {
    return structuredClone(this.#byId.get(id))
  }
}
