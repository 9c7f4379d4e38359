/** A shop's server: `npx node docs/your-own-server/main.ts --port 3000`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { createApp } from './app.ts'
import { startWarehouse } from './warehouse.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    host: { type: 'string', default: '127.0.0.1' },
    /** How long the warehouse takes for a reply, ms. */
    'warehouse-delay': { type: 'string', default: '20' },
    /** Ends when standard input does, so that it does not outlive the program that started it. */
    'until-stdin-ends': { type: 'boolean', default: false },
  },
})

const warehouse = await startWarehouse(Number(values['warehouse-delay']))
const server = createServer(createApp(warehouse))

server.on('error', (error) => {
  console.error(`cannot listen on ${values.host}:${values.port}: ${error.message}`)
  process.exit(1)
})
server.listen(Number(values.port), values.host, () => {
  const { address, port } = server.address() as AddressInfo
  console.log(`listening on ${address}:${port}`)
})

function end(): void {
  server.close()
  server.closeAllConnections()
  warehouse.close()
  process.exit(0)
}

process.once('SIGINT', end).once('SIGTERM', end)
if (values['until-stdin-ends']) process.stdin.once('end', end).once('error', end).resume()
