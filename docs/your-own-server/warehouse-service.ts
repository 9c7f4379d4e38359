/** The warehouse's own process: answers after a while, as a service with a database of its own does. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const milliseconds = Number(process.argv[2])

const server = createServer(async (request, response) => {
  const [, kind, name, grams] = request.url!.split('/')
  await delay(milliseconds)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(kind === 'stock' ? stockOf(name!) : shipping(name!, Number(grams))))
})

server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit(0))

/** The same product has the same stock each time, so that replies can be compared. */
function stockOf(sku: string) {
  const seed = [...sku].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 9973, 7)
  return { pieces: seed % 40, grams: 100 + (seed % 90) * 50, days: 1 + (seed % 4) }
}

function shipping(country: string, grams: number) {
  const zone = country === 'DE' ? 1 : country === 'CH' ? 3 : 2
  return { cost: 390 * zone + Math.ceil(grams / 1000) * 60 * zone, days: zone + 1 }
}
