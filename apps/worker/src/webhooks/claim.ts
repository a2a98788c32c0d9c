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
  memberId: string | null
  enabled: boolean
  /** The newest first. */
  secrets: Buffer[]
}

/** How many requests are under way. */
export type Busy = { host: ReadonlyMap<string, number>; member: ReadonlyMap<string, number> }

/**
 * Claims deliveries that are due, the longest due first, and counts a try of each. Nobody else has them until the lease
 * is over; whoever is killed before has the delivery sent again then.
 *
 * @param leaseMs more than a request and its record may take
 * @param busy requests under way, by host and by member; with those that are claimed no more than `most`
 */
export async function claimDue(
  pool: Pool,
  {
    limit,
    leaseMs,
    busy,
    most,
  }: { limit: number; leaseMs: number; busy: Busy; most: Record<keyof Busy, number> },
): Promise<Claimed[]> {
  const full = (key: keyof Busy) => [...busy[key]].filter(([, n]) => n >= most[key]).map(([name]) => name)
  const { rows } = await pool.query<Claimed>({
    name: 'claim-webhook-deliveries',
    text: CLAIM,
    values: [
      ...[newId(), leaseMs, limit, LOOKED_AT, most.host, most.member, full('host'), full('member')],
      ...[[...busy.host.keys()], [...busy.host.values()], [...busy.member.keys()], [...busy.member.values()]],
    ],
  })
  return rows
}

const CLAIM = `
  with due as materialized (
    select d.id, d.next_at, w.host, w.member_id as member
    from webhook_deliveries d left join webhooks w on w.id = d.webhook_id
    where d.status = 'pending' and d.next_at <= now() and (d.claimed_until is null or d.claimed_until <= now())
      and (w.id is null or (w.host <> all ($7::text[]) and w.member_id <> all ($8::uuid[])))
    order by d.next_at limit $4
  ), fair as materialized (
    select id from (
      select due.id, due.next_at,
             row_number() over (partition by due.host order by next_at, due.id) + coalesce(h.n, 0) as of_host,
             row_number() over (partition by due.member order by next_at, due.id) + coalesce(m.n, 0) as of_member
      from due
        left join unnest($9::text[], $10::int[]) as h (host, n) on h.host = due.host
        left join unnest($11::uuid[], $12::int[]) as m (member, n) on m.member = due.member
    ) placed where of_host <= $5 and of_member <= $6 order by next_at limit $3
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
         w.member_id as "memberId",
         coalesce(w.enabled, false) as enabled,
         array(select s.secret from webhook_secrets s
               where s.webhook_id = c.webhook_id and (s.ends_at is null or s.ends_at > now())
               order by s.id desc) as secrets
  from claimed c left join webhooks w on w.id = c.webhook_id`
