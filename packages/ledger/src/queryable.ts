/**
 * What the store needs of a database: a pool, a client or an open transaction of `pg`, or anything shaped like it.
 * The store adds no transaction of its own, so its work commits with the caller's.
 */
export interface Queryable {
  query(text: string, values: unknown[]): Promise<{ rows: Row[] }>
}

// biome-ignore lint/suspicious/noExplicitAny: a driver does not know the columns of a statement
export type Row = any
