/** The shop's data: the same each time it starts. */

export interface Product {
  sku: string
  name: string
  category: string
  /** In cents. */
  price: number
}

export const statuses = ['placed', 'paid', 'shipped', 'cancelled'] as const

export interface Line {
  sku: string
  quantity: number
  /** Of one piece, in cents. */
  price: number
}

export interface Order {
  id: number
  /** `2026-03-14` */
  placed: string
  status: (typeof statuses)[number]
  customer: { name: string; email: string; city: string; country: string }
  lines: Line[]
}

const materials = ['oak', 'pine', 'walnut', 'steel', 'glass', 'linen', 'wool', 'cork']
const colours = ['white', 'black', 'grey', 'blue', 'green', 'red']
const things = [
  ...['table', 'chair', 'bench', 'stool', 'desk', 'shelf', 'cabinet', 'wardrobe', 'bed', 'sofa'],
  ...['lamp', 'mirror', 'clock', 'vase', 'bowl', 'tray', 'basket', 'carpet', 'curtain', 'blanket'],
  ...[
    'cushion',
    'towel',
    'hook',
    'frame',
    'candle',
    'planter',
    'hammock',
    'screen',
    'rack',
    'chest',
  ],
]
const people = ['Ada Berg', 'Ben Costa', 'Cleo Dahl', 'Dan Eder', 'Eva Falk', 'Finn Graf']
const cities = ['Berlin DE', 'Köln DE', 'Wien AT', 'Basel CH', 'Lyon FR', 'Utrecht NL']

/** Numbers as good as random, and the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A product for each material, colour and thing; its category is what it is. */
export function seedProducts(): Product[] {
  const next = numbers(1)
  return things.flatMap((thing) =>
    materials.flatMap((material) =>
      colours.map((colour, at) => ({
        sku: `${thing.slice(0, 4)}-${material}-${at}`.toUpperCase(),
        name: `${colour} ${material} ${thing}`,
        category: thing,
        price: 990 + next(400) * 50,
      })),
    ),
  )
}

export function seedOrders(products: readonly Product[]): Order[] {
  const next = numbers(2)
  return Array.from({ length: 400 }, (_, at): Order => {
    const [city, country] = cities[next(cities.length)]!.split(' ') as [string, string]
    const name = people[next(people.length)]!
    const month = String(1 + next(9)).padStart(2, '0')
    const day = String(1 + next(28)).padStart(2, '0')
    return {
      id: at + 1,
      placed: `2026-${month}-${day}`,
      status: statuses[next(statuses.length)]!,
      customer: {
        name,
        email: `${name.replace(' ', '.').toLowerCase()}@mail.example`,
        city,
        country,
      },
      lines: Array.from({ length: 3 + next(5) }, () => {
        const { sku, price } = products[next(products.length)]!
        return { sku, quantity: 1 + next(3), price }
      }),
    }
  })
}
