import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { StartRefused } from '../refusal.ts'
import { freePort, refuseTakenPort } from './ports.ts'

let server: Server | null = null
afterEach(() => server?.close())

test('a free port can be listened on, and is not handed out twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort))
  expect(new Set(ports).size).toBe(50)
  await new Promise<void>((resolve) => {
    server = createServer().listen(ports[0], '127.0.0.1', resolve)
  })
})

test('a taken port is refused by its number and the variable that chooses another', async () => {
  const port = await freePort()
  await refuseTakenPort(port, 'PORT')
  await new Promise<void>((resolve) => {
    server = createServer().listen(port, '127.0.0.1', resolve)
  })
  await expect(refuseTakenPort(port, 'PORT')).rejects.toBeInstanceOf(StartRefused)
  await expect(refuseTakenPort(port, 'PORT')).rejects.toThrow(new RegExp(`${port}.* PORT=`))
})
