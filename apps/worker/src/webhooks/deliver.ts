import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@rivulet/db'
import { errorText, type Log } from '../log.ts'
import { type Claimed, claimDue } from './claim.ts'
import { forgetOldDeliveries } from './forget.ts'
import { discard, record } from './record.ts'
import { type SendOptions, send } from './send.ts'
import { signedHeaders } from './sign.ts'

/** Requests at once: in all, to one host, and of one member, who may have many hosts. */
const AT_ONCE = 64
const MOST = { host: 4, member: 8 }
/** How long a turn goes on looking for what is due, and how often while requests are under way. */
const TURN_MS = 5_000
const LOOK_MS = 200
/** How long after a request's last moment nobody else begins one: for the record of it. */
const TO_RECORD_MS = 10_000
const FORGET_EVERY_MS = 600_000

/** A request, to the record of it. */
type Sent = Promise<void>

/**
 * Sends webhooks. A request may outlast the turn that began it, so that nobody waits for a slow receiver; `drain` waits
 * for all of them.
 *
 * A delivery is sent at least once: killed between the receiver's answer and the record of it, it is sent again when
 * its lease is over, with the same id.
 */
export class Deliverer {
  readonly #pool: Pool
  readonly #options: SendOptions
  readonly #turnMs: number
  readonly #underWay = new Map<Sent, Claimed>()
  #forgotAt = 0

  /** @param turnMs how long a turn goes on while requests are under way */
  constructor(pool: Pool, options: SendOptions, { turnMs = TURN_MS }: { turnMs?: number } = {}) {
    this.#pool = pool
    this.#turnMs = turnMs
    this.#options = options
  }

  /** Takes a turn: sends what is due until nothing is, or time is up. */
  async run(log: Log): Promise<string> {
    const end = Date.now() + this.#turnMs
    for (;;) {
      const begun = await this.#begin(log)
      if (this.#underWay.size === 0) break
      if (Date.now() >= end) break
      if (begun === 0 || this.#underWay.size >= AT_ONCE)
        await Promise.race([...this.#underWay.keys(), sleep(LOOK_MS, undefined, { ref: false })])
    }
    if (Date.now() - this.#forgotAt >= FORGET_EVERY_MS) {
      this.#forgotAt = Date.now()
      await forgetOldDeliveries(this.#pool, log)
    }
    return 'sending what is due'
  }

  /** Waits for the requests under way. To be called when no turn is begun any more. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay.keys())
  }

  async #begin(log: Log): Promise<number> {
    const limit = AT_ONCE - this.#underWay.size
    if (limit <= 0) return 0
    const busy = { host: new Map<string, number>(), member: new Map<string, number>() }
    for (const { host, memberId } of this.#underWay.values()) {
      count(busy.host, host)
      if (memberId !== null) count(busy.member, memberId)
    }
    const leaseMs = this.#options.timeoutMs + TO_RECORD_MS
    const claimed = await claimDue(this.#pool, { limit, leaseMs, busy, most: MOST })
    for (const one of claimed) {
      // What cannot be recorded is claimed again when its lease is over.
      const sent: Sent = this.#deliver(one)
        .catch((error: unknown) => log.warn({ because: errorText(error) }, 'a delivery is not recorded'))
        .finally(() => this.#underWay.delete(sent))
      this.#underWay.set(sent, one)
    }
    return claimed.length
  }

  async #deliver(claimed: Claimed): Promise<void> {
    const { id, url, body, secrets, enabled } = claimed
    if (url === null) return discard(this.#pool, claimed)
    if (!enabled) return record(this.#pool, claimed, { error: 'disabled' }, 0)
    const headers = signedHeaders({ id, at: Date.now(), body, secrets })
    const outcome = await send({ url, headers, body }, this.#options)
    await record(this.#pool, claimed, outcome, Math.random())
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
