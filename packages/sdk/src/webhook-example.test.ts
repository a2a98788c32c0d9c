import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { afterAll, expect, test } from 'vitest'

const secret = `whsec_${randomBytes(32).toString('base64')}`
const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = probe.address() as { port: number }
probe.close()
await once(probe, 'close')

const child = spawn(process.execPath, [fileURLToPath(new URL('../examples/webhook.ts', import.meta.url))], {
  env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
  stdio: ['ignore', 'pipe', 'inherit'],
})
let printed = ''
child.stdout.setEncoding('utf8').on('data', (text: string) => {
  printed += text
})
afterAll(() => child.kill())

const body = JSON.stringify({ type: 'ping', timestamp: '2026-11-28T12:00:00.000Z', data: {} })

/** Sends an event as another implementation signs it; answers the status. */
async function send(id: string, sent = body): Promise<number> {
  const at = new Date()
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: sent })
  return answer.status
}

test('the receiver of the README deals with an event once, and with no forged one', async () => {
  await expect.poll(() => send('first').catch(() => 0), { timeout: 60_000 }).toBe(204)
  expect(await send('first')).toBe(204)
  expect(await send('forged', body.replace('ping', 'pong'))).toBe(400)
  expect(await send('second')).toBe(204)
  const line = 'ping 2026-11-28T12:00:00.000Z\n'
  await expect.poll(() => printed, { timeout: 60_000 }).toBe(line + line)
})
