/** The routes of the shop, and what all of them share. */
import type { RequestListener } from 'node:http'
import { asListener, type Middleware, Router, reply, withErrors } from './http.ts'
import { Ledger } from './ledger.ts'
import { OrderStore } from './order-store.ts'
import { findOrder, listOrders } from './orders.ts'
import { findProduct, searchProducts } from './products.ts'
import { quoteDelivery } from './quote.ts'
import { salesReport } from './report.ts'
import { seedOrders, seedProducts } from './seed.ts'
import type { Warehouse } from './warehouse.ts'

export function createApp(warehouse: Warehouse): RequestListener {
  const products = seedProducts()
  const seeded = seedOrders(products)
  const orders = new OrderStore(seeded)
  const ledger = new Ledger(seeded, products)
  const router = new Router()
    .get('/health', () => reply({ status: 'up' }))
    .get('/orders', listOrders(orders))
    .get('/orders/:id', findOrder(orders))
    .get('/orders/:id/delivery', quoteDelivery(orders, warehouse))
    .get('/products', searchProducts(products))
    .get('/products/:sku', findProduct(products))
    .get('/reports/sales', salesReport(ledger))
  const middleware: Middleware[] = [withErrors, withoutCaching]
  return asListener(middleware.reduceRight((next, wrap) => wrap(next), router.handle))
}

/** What a shop answers is true for the moment only. */
const withoutCaching: Middleware = (next) => async (request) => {
  const answer = await next(request)
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } }
}
