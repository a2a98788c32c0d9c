/** The moment an epoch's build read the books: which transactions it saw (see `pg_snapshot`), and its own. */
export type Moment = { snapshot: string; own: string }

/** What an epoch's row says of its moment; undefined when it is none, as of one that was built before they were kept. */
export function parseMoment(text: string): Moment | undefined {
  const [, snapshot, own] = /^(\d+:\d+:[\d,]*)\/(\d+)$/.exec(text) ?? []
  return snapshot && own ? { snapshot, own } : undefined
}

/**
 * SQL: whether the moment saw the transfer `t`; `snapshot` and `own` are the SQL of its two parts.
 *
 * Whatever was written by an id below the snapshot's lowest was committed before it, whether that is a transaction's or
 * a subtransaction's. A row has 32 bits of its id: the full one is the nearest to the snapshot; below 3 are ids of rows
 * from the beginning of time. For what is newer, the transfer says which transaction posted it.
 */
export function seenBy(t: string, snapshot: string, own: string): string {
  const raw = `${t}.xmin::text::bigint`
  const high = `pg_snapshot_xmax(${snapshot}::pg_snapshot)::text::bigint`
  const full = `(${raw} + (((${high} - ${raw} + 2147483648) >> 32) << 32))`
  return `(${raw} < 3 or ${full} < pg_snapshot_xmin(${snapshot}::pg_snapshot)::text::bigint
    or coalesce(${t}.posted_by = ${own}::xid8 or pg_visible_in_snapshot(${t}.posted_by, ${snapshot}::pg_snapshot), false))`
}
