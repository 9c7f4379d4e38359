/** What a delivery costs and when it arrives: the warehouse knows. */
import { type Handler, reply } from './http.ts'
import type { OrderStore } from './order-store.ts'
import { orderAsked } from './orders.ts'
import type { Warehouse } from './warehouse.ts'

/** `GET /orders/17/delivery` */
export function quoteDelivery(store: OrderStore, warehouse: Warehouse): Handler {
  return async ({ params }) => {
    const order = orderAsked(store, params.id!)
    const lines = []
    let grams = 0
    for (const { sku, quantity } of order.lines) {
      const stock = await warehouse.stock(sku)
      grams += stock.grams * quantity
      lines.push({ sku, inStock: stock.pieces >= quantity, days: stock.days })
    }
    const shipping = await warehouse.shipping(order.customer.country, grams)
    const slowest = Math.max(...lines.map(({ days }) => days))
    return reply({ order: order.id, lines, cost: shipping.cost, days: slowest + shipping.days })
  }
}
