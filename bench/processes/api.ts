import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@rivulet/stack'
import { ENVIRONMENT } from '../likes/server.ts'

const MAIN = fileURLToPath(new URL('../../apps/api/src/main.ts', import.meta.url))
const PATIENCE_MS = 60_000

/** The API as it is started in production, in so many processes; all of them listen when this returns. */
export async function startApi(
  databaseUrl: string,
  processes: number,
  balance: 'fill' | 'turns',
): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort()
  const api = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      ...ENVIRONMENT,
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      API_PROCESSES: String(processes),
      API_BALANCE: balance,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const wanted = processes > 1 ? `process="${processes}"` : 'process_cpu'
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    )
    if (metrics.includes(wanted)) break
    if (api.exitCode !== null || Date.now() > deadline) throw new Error('the API did not come up')
    await sleep(100)
  }
  return {
    port,
    async stop() {
      api.kill('SIGTERM')
      await once(api, 'exit')
    },
  }
}
