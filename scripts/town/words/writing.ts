import type { Name } from '../people.ts'

/** A post of the town's. `key` is how the rest of the town speaks of it; its author's words are how it is found again. */
export type Writing = {
  key: string
  by: Name
  text: string
  tags: string[]
  /** Makes it an article. */
  title?: string
  /** To read it, a decimal of the asset. */
  price?: string
  /** Whom it earns for, in basis points; those beside the author agree first. */
  splits?: [who: Name, bps: number][]
  /** The key of an earlier post. */
  quoteOf?: string
}

/** What somebody says under a post, or under what another has said there. */
export type Saying = {
  /** Where others answer it. */
  key?: string
  by: Name
  on: string
  text: string
}
