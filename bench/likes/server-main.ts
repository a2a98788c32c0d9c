import type { AddressInfo } from 'node:net'
import { buildApp, closeDeps, configFrom, createDeps, ROOMS } from '@rivulet/api'
import { declareRules } from '@rivulet/economy'
import { noopRoutes } from './noop.ts'
import { prismaRoutes } from './prisma.ts'

/* The API as it is shipped, with the two routes it is compared with. Says its port to its parent, and ends with it. */

const deps = createDeps(configFrom(process.env))
await declareRules(deps.db.pool, deps.rules)
const app = await buildApp(deps, { rooms: [...ROOMS, noopRoutes, prismaRoutes] })
await app.listen({ host: '127.0.0.1', port: 0 })
process.send!((app.server.address() as AddressInfo).port)
process.once('disconnect', async () => {
  await app.close()
  await closeDeps(deps)
})
