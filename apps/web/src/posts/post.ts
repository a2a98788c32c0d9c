import type { components } from '@rivulet/sdk'
import type { Author } from '../members/name.tsx'

export type FeedPost = components['schemas']['FeedPost']
/** A post wherever it is shown: in a feed it may have been reached through a repost. */
export type Post = components['schemas']['Post'] & { via?: { repostId: string; by?: Author } | null }

/** Where a post and its thread are; the share it was reached through goes along, for it earns too. */
export const pathOfPost = ({ id, via }: Pick<Post, 'id' | 'via'>): string =>
  `/posts/${id}${via ? `?via=${via.repostId}` : ''}`
