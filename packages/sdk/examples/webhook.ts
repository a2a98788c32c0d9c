import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { verifyWebhook } from '@rivulet/sdk'

const secret = process.env.WEBHOOK_SECRET ?? '' // told when the webhook was made
const dealtWith = new Set<string>() // keep it in your database

createServer(async (request, response) => {
  const body = await text(request) // as it arrived: no JSON parser before
  const event = await verifyWebhook(secret, request.headers, body).catch(() => undefined)
  response.writeHead(event ? 204 : 400).end()
  const id = String(request.headers['webhook-id'])
  if (!event || dealtWith.has(id)) return
  dealtWith.add(id)
  console.log(event.type, event.timestamp)
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1')
