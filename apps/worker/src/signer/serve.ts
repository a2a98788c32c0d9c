import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect } from 'node:net'
import type { Log } from '../log.ts'
import type { Signer } from './signer.ts'
import { MAX_REQUEST_BYTES, requestSchema, type SignerPlace } from './wire.ts'

/**
 * Answers `POST /sign` on a Unix socket or a port of the loopback: 200 with an answer, 400 for what is no request, 401
 * without the token, 413 for too much.
 *
 * @param token needed on a port, where every process of the machine can knock; on a socket its mode may be enough
 * @throws Error when somebody listens there already
 */
export async function serveSigner(
  signer: Signer,
  { place, token }: { place: SignerPlace; token?: string | undefined },
  log: Log,
): Promise<Server> {
  const server = createServer({ requestTimeout: 5_000 }, async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(body))
    }
    try {
      if (token && !isToken(request.headers.authorization, token)) return answer(401, {})
      if (request.method !== 'POST' || request.url !== '/sign') return answer(404, {})
      const text = await textOf(request)
      if (text === undefined) return answer(413, { because: `more than ${MAX_REQUEST_BYTES} bytes` })
      const asked = requestSchema.safeParse(parsed(text))
      if (!asked.success) return answer(400, { because: 'no request to sign' })
      const { nonce, data } = asked.data
      const given = await signer.sign(asked.data)
      const call = { nonce, selector: data.slice(0, 10) }
      if (given.ok) log.info(call, 'signed')
      else log.warn({ ...call, code: given.code, detail: given.detail }, 'refused')
      answer(200, given)
    } catch (error) {
      log.error({ err: error }, 'could not answer')
      if (!response.headersSent) answer(500, {})
    }
  })
  if ('path' in place) {
    await removeStale(place.path)
    // Made for its owner and group, without a moment before: the worker may be another user of that group.
    const mask = process.umask(0o117)
    server.listen(place.path)
    process.umask(mask)
  } else server.listen(place.port, place.host)
  await once(server, 'listening')
  return server
}

/** A socket that nobody listens on any more is what a killed signer left behind. */
async function removeStale(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (!there) return
  if (!there.isSocket()) throw new Error(`${path} is there, and no socket`)
  const probe = connect(path)
  const answers = await new Promise<boolean>((resolve) => {
    probe.on('connect', () => resolve(true)).on('error', () => resolve(false))
  })
  probe.destroy()
  if (answers) throw new Error(`somebody listens on ${path} already`)
  rmSync(path, { force: true })
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_REQUEST_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}
