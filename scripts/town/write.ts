import { type Client, ok } from '@rivulet/sdk'
import { type Neighbours, named } from './neighbour.ts'
import { type Name, TAG } from './people.ts'
import { ARTICLES } from './words/articles.ts'
import { NOTES } from './words/notes.ts'
import { SAYINGS } from './words/sayings.ts'
import type { Saying, Writing } from './words/writing.ts'

/** Ids of posts and of comments that others answer, by their keys. */
export type Posts = Map<string, string>

/** Everything that is no comment, in the order it is published. */
export const WRITINGS: readonly Writing[] = [...NOTES.slice(0, -6), ...ARTICLES, ...NOTES.slice(-6)]

/** Publishes what is not there yet, posts before what is said under them. @returns all of it by key */
export async function writeAll(neighbours: Neighbours): Promise<Posts> {
  for (const { by, splits = [] } of WRITINGS)
    for (const [who] of splits) if (who !== by) await consent(neighbours, who, by)
  const posts: Posts = await published(neighbours)
  for (const writing of WRITINGS)
    if (!posts.has(writing.key)) posts.set(writing.key, await publish(neighbours, posts, writing))
  return posts
}

/** Says what has not been said yet. Names in `posts` what others answer. */
export async function sayAll(neighbours: Neighbours, posts: Posts): Promise<void> {
  for (const saying of SAYINGS) await say(neighbours, posts, saying)
}

/** Says something, unless it is there: one has said the same under the same post once. @returns whether it was new */
export async function say(neighbours: Neighbours, posts: Posts, saying: Saying): Promise<boolean> {
  const { id: authorId, client } = named(neighbours, saying.by)
  const replyTo = known(posts, saying.on)
  let id = await saidBefore(client, replyTo, authorId, saying.text)
  const isNew = id === undefined
  const body = { kind: 'note' as const, text: saying.text, tags: [TAG], replyTo }
  id ??= ok(await client.POST('/v1/posts', { body })).id
  if (saying.key) posts.set(saying.key, id)
  return isNew
}

/** @throws Error for a key that nothing has, which the town's words must not hold */
export function known(posts: Posts, key: string): string {
  const id = posts.get(key)
  if (id === undefined) throw new Error(`nothing of the town is called ${key}`)
  return id
}

async function consent(neighbours: Neighbours, who: Name, author: Name): Promise<void> {
  const params = { path: { id: named(neighbours, author).id } }
  ok(await named(neighbours, who).client.PUT('/v1/members/{id}/split-consent', { params }))
}

/** What the town has published by now, found by its authors and what they wrote. */
async function published(neighbours: Neighbours): Promise<Posts> {
  const posts: Posts = new Map()
  for (const { name, id, client } of neighbours.values()) {
    const own = new Map(WRITINGS.filter(({ by }) => by === name).map((w) => [w.title ?? w.text, w.key]))
    for await (const post of client.pages('/v1/members/{id}/posts', {
      path: { id },
      query: { limit: 100 },
    })) {
      const key = own.get(post.title ?? post.text ?? '')
      if (key && post.author.id === id) posts.set(key, post.id)
    }
  }
  return posts
}

async function publish(neighbours: Neighbours, posts: Posts, writing: Writing): Promise<string> {
  const { client } = named(neighbours, writing.by)
  const common = {
    text: writing.text,
    tags: [TAG, ...writing.tags],
    ...(writing.quoteOf && { quoteOf: known(posts, writing.quoteOf) }),
    ...(writing.splits && {
      splits: writing.splits.map(([who, bps]) => ({ memberId: named(neighbours, who).id, bps })),
    }),
  }
  const body = writing.title
    ? {
        ...{ kind: 'article' as const, title: writing.title, ...common },
        ...(writing.price && { price: writing.price }),
      }
    : { kind: 'note' as const, ...common }
  return ok(await client.POST('/v1/posts', { body })).id
}

async function saidBefore(
  client: Client,
  postId: string,
  authorId: string,
  text: string,
): Promise<string | undefined> {
  const list = { path: { id: postId }, query: { limit: 100 } }
  for await (const comment of client.pages('/v1/posts/{id}/comments', list))
    if (comment.author.id === authorId && comment.text === text) return comment.id
  return undefined
}
