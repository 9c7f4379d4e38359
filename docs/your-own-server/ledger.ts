/** What was sold: an entry for each line of an order that was not cancelled. */
import { setImmediate as otherRequests } from 'node:timers/promises'
import type { Order, Product } from './seed.ts'

export interface Sale {
  /** `2026-03-14` */
  day: string
  sku: string
  category: string
  country: string
  quantity: number
  /** Of one piece, in cents. */
  price: number
}

const PAGE = 100

export class Ledger {
  readonly #sales: readonly Sale[]

  constructor(orders: readonly Order[], products: readonly Product[]) {
    const categories = new Map(products.map(({ sku, category }) => [sku, category]))
    this.#sales = orders
      .filter(({ status }) => status !== 'cancelled')
      .flatMap(({ placed, customer: { country }, lines }) =>
        lines.map(({ sku, quantity, price }) => {
          const category = categories.get(sku)!
          return { day: placed, sku, category, country, quantity, price }
        }),
      )
  }

  /** All sales, a page at a time: other requests have their turn in between. */
  async *pages(): AsyncGenerator<readonly Sale[]> {
    for (let from = 0; from < this.#sales.length; from += PAGE) {
      if (from > 0) await otherRequests()
      yield this.#sales.slice(from, from + PAGE)
    }
  }
}
