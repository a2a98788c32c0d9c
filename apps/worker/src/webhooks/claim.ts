import { newId, type Pool } from '@rivulet/db'

/** How far the look for due deliveries goes in one statement. */
const LOOKED_AT = 2_000

export type Claimed = {
  id: string
  claim: string
  body: string
  /** Requests begun, this one included. */
  tries: number
  webhookId: string
  /** Null: the webhook was deleted. */
  url: string | null
  host: string
  enabled: boolean
  /** The newest first. */
  secrets: Buffer[]
}

/**
 * Claims deliveries that are due, the longest due first, and counts a try of each. Nobody else has them until the lease
 * is over; whoever is killed before has the delivery sent again then.
 *
 * @param leaseMs more than a request and its record may take
 * @param busy requests under way, by host
 */
export async function claimDue(
  pool: Pool,
  {
    limit,
    perHost,
    leaseMs,
    busy,
  }: { limit: number; perHost: number; leaseMs: number; busy: ReadonlyMap<string, number> },
): Promise<Claimed[]> {
  const full = [...busy].filter(([, count]) => count >= perHost).map(([host]) => host)
  const { rows } = await pool.query<Claimed>({
    name: 'claim-webhook-deliveries',
    text: CLAIM,
    values: [newId(), leaseMs, limit, perHost, full, [...busy.keys()], [...busy.values()], LOOKED_AT],
  })
  return rows
}

const CLAIM = `
  with due as materialized (
    select d.id, d.next_at, coalesce(w.host, '') as host
    from webhook_deliveries d left join webhooks w on w.id = d.webhook_id
    where d.status = 'pending' and d.next_at <= now() and (d.claimed_until is null or d.claimed_until <= now())
      and coalesce(w.host, '') <> all ($5::text[])
    order by d.next_at limit $8
  ), fair as materialized (
    select id, next_at from (
      select due.*, row_number() over (partition by host order by next_at, id) + coalesce(b.count, 0) as place
      from due left join unnest($6::text[], $7::int[]) as b (host, count) using (host)
    ) placed where place <= $4 order by next_at limit $3
  ), mine as materialized (
    select d.id from webhook_deliveries d join fair using (id)
    where d.status = 'pending' and d.next_at <= now() and (d.claimed_until is null or d.claimed_until <= now())
    for update of d skip locked
  ), claimed as (
    update webhook_deliveries d
    set claim = $1, claimed_until = now() + make_interval(secs => $2 / 1000.0), attempts = attempts + 1, tries = tries + 1,
        last_at = now()
    from mine where d.id = mine.id
    returning d.id, d.claim, d.body, d.tries, d.webhook_id
  )
  select c.id, c.claim, c.body, c.tries, c.webhook_id as "webhookId", w.url, coalesce(w.host, '') as host,
         coalesce(w.enabled, false) as enabled,
         array(select s.secret from webhook_secrets s
               where s.webhook_id = c.webhook_id and (s.ends_at is null or s.ends_at > now())
               order by s.id desc) as secrets
  from claimed c left join webhooks w on w.id = c.webhook_id`
