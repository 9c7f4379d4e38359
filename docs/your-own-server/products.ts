/** Products: one, and those that a customer looks for. */
import { type Handler, HttpError, reply } from './http.ts'
import type { Product } from './seed.ts'
import { readNumber, readPhrase } from './validation.ts'

export function findProduct(products: readonly Product[]): Handler {
  const bySku = new Map(products.map((product) => [product.sku, product]))
  return ({ params }) => {
    const product = bySku.get(params.sku!)
    if (product === undefined) throw new HttpError(404, `there is no product ${params.sku}`)
    return reply(product)
  }
}

/** `GET /products?phrase=oak+table`: products with all of the words in their names. */
export function searchProducts(products: readonly Product[]): Handler {
  return ({ query }) => {
    const words = readPhrase(query).split(' ')
    const most = readNumber(query, 'most', { least: 1, most: 50, usual: 10 })
    const found: Product[] = []
    for (const product of products) {
      if (found.length === most) break
      if (words.every((word) => product.name.includes(word))) found.push(product)
    }
    return reply({ products: found })
  }
}
