/** Orders: a page of the list, and one. */
import { type Handler, HttpError, reply } from './http.ts'
import type { OrderStore } from './order-store.ts'
import { type Order, statuses } from './seed.ts'
import { readChoice, readNumber } from './validation.ts'

/** `GET /orders?status=paid&page=2&size=20`: the newest first, for the shop's own staff. */
export function listOrders(store: OrderStore): Handler {
  return ({ query }) => {
    const status = readChoice(query, 'status', statuses)
    const page = readNumber(query, 'page', { least: 1, most: 1000, usual: 1 })
    const size = readNumber(query, 'size', { least: 1, most: 50, usual: 10 })
    const found = store.all().filter((order) => status === undefined || order.status === status)
    const shown = found.slice((page - 1) * size, page * size)
    return reply({ found: found.length, page, orders: shown.map(forList) })
  }
}

/** The dearest line comes first, and a list does not show addresses. */
function forList(order: Order) {
  order.lines.sort((a, b) => b.price * b.quantity - a.price * a.quantity)
  order.customer.email = order.customer.email.replace(/^.+@/, '…@')
  return { ...order, total: totalOf(order) }
}

/** `GET /orders/17` */
export function findOrder(store: OrderStore): Handler {
  return ({ params }) => {
    const order = orderAsked(store, params.id!)
    return reply({ ...order, total: totalOf(order) })
  }
}

/** @throws HttpError, 404, if there is no such order */
export function orderAsked(store: OrderStore, id: string): Order {
  const order = /^\d{1,9}$/.test(id) ? store.find(Number(id)) : undefined
  if (order === undefined) throw new HttpError(404, `there is no order ${id}`)
  return order
}

/** In cents. */
function totalOf({ lines }: Order): number {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
}
