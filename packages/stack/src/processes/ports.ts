import { createServer } from 'node:net'
import { StartRefused } from '../refusal.ts'

// Below the ports that systems give to outgoing connections, so that none of those takes one that was just found free.
const LOWEST = 20_000
const HIGHEST = 32_000

const handedOut = new Set<number>()

/** A port of 127.0.0.1 that nobody listens on, and that this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (!handedOut.has(port) && (await isFree(port))) {
      handedOut.add(port)
      return port
    }
  }
  throw new Error(`found no free port between ${LOWEST} and ${HIGHEST}`)
}

/** Refuses the start when a port is taken, and names the variable that chooses another. */
export async function refuseTakenPort(port: number, variable: string, host = '127.0.0.1'): Promise<void> {
  if (await isFree(port, host)) return
  throw new StartRefused(
    `Port ${port} on ${host} is taken by another program: stop that one, or choose another port with ${variable}=…`,
  )
}

function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(new StartRefused(`Cannot listen on ${host}:${port}: ${error.message}`))
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
