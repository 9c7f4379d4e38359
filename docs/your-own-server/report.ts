/** The sales report: what each category brought. */
import { type Handler, HttpError, reply } from './http.ts'
import type { Ledger, Sale } from './ledger.ts'

interface Sums {
  category: string
  pieces: number
  /** In cents. */
  revenue: number
  /** In cents, without the value added tax of the customer's country. */
  net: number
}

/** In percent. */
const taxes: Readonly<Record<string, number>> = { AT: 20, CH: 8.1, DE: 19, FR: 20, NL: 21 }

/** `GET /reports/sales?month=2026-03`; without a month it is of all sales. */
export function salesReport(ledger: Ledger): Handler {
  return async ({ query }) => {
    const month = query.get('month') ?? ''
    if (!/^(\d{4}-\d{2})?$/.test(month)) throw new HttpError(400, 'month is such as 2026-03')
    return reply({ month: month || null, categories: await sumUp(ledger, month) })
  }
}

/** The sums of each category, in the order of the alphabet. */
async function sumUp(ledger: Ledger, month: string): Promise<Sums[]> {
  const sales = []
  for await (const page of ledger.pages()) {
    const priced = page
      .filter(({ day }) => day.startsWith(month))
      .map((sale) => ({ ...sale, revenue: sale.price * sale.quantity }))
      .map((sale) => ({ ...sale, net: withoutTax(sale) }))
    sales.push(...priced)
  }
  return Object.entries(Object.groupBy(sales, ({ category }) => category))
    .map(([category, own = []]) => ({
      category,
      pieces: sumOf(own.map(({ quantity }) => quantity)),
      revenue: sumOf(own.map(({ revenue }) => revenue)),
      net: sumOf(own.map(({ net }) => net)),
    }))
    .sort((a, b) => (a.category < b.category ? -1 : 1))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function withoutTax({ revenue, country }: Pick<Sale, 'country'> & { revenue: number }): number {
  return Math.round(revenue / (1 + taxes[country]! / 100))
}
