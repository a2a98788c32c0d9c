import { nanoOf } from '../decimal.ts'
import type { Answer } from '../reckoning/deeds.ts'
import { known, type Life, note, person, postId } from './life.ts'

type ActAnswer = { credited: string; unfunded: boolean }

const seenIn = ({ credited, unfunded }: ActAnswer): Answer => ({ credited: nanoOf(credited), unfunded })

/** Where it is done: on a post, reached through a repost of somebody's or by itself. */
function pathOf(life: Life, post: string, what: string, via: string | undefined): string {
  const query = via === undefined ? '' : `?via=${known(life.reposts, `${via} ${post}`)}`
  return `/v1/posts/${postId(life, post)}/${what}${query}`
}

const shared = (via: string | undefined) => (via === undefined ? {} : { via })

export async function like(life: Life, who: string, post: string, via?: string): Promise<Answer> {
  const answer = await person(life, who).call<ActAnswer>('PUT', pathOf(life, post, 'like', via))
  return note(life, { did: 'like', who, post, ...shared(via) }, seenIn(answer))
}

export async function unlike(life: Life, who: string, post: string): Promise<Answer> {
  const answer = await person(life, who).call<ActAnswer>('DELETE', pathOf(life, post, 'like', undefined))
  return note(life, { did: 'unlike', who, post }, seenIn(answer))
}

export async function repost(life: Life, who: string, post: string, via?: string): Promise<Answer> {
  const path = pathOf(life, post, 'repost', via)
  const answer = await person(life, who).call<ActAnswer & { id: string }>('PUT', path)
  life.reposts.set(`${who} ${post}`, answer.id)
  return note(life, { did: 'repost', who, post, ...shared(via) }, seenIn(answer))
}

export async function unrepost(life: Life, who: string, post: string): Promise<Answer> {
  const answer = await person(life, who).call<ActAnswer>('DELETE', pathOf(life, post, 'repost', undefined))
  return note(life, { did: 'unrepost', who, post }, seenIn(answer))
}

export async function read(life: Life, who: string, post: string, via?: string): Promise<Answer> {
  const path = pathOf(life, post, 'reads', via)
  const answer = await person(life, who).call<ActAnswer>('POST', path, { dwellMs: 6_000 })
  return note(life, { did: 'read', who, post, ...shared(via) }, seenIn(answer))
}

/** Comments, under a name of its own: a comment is a post, and can be liked as one. */
export async function comment(
  life: Life,
  who: string,
  post: string,
  { name, text }: { name: string; text: string },
  via?: string,
): Promise<Answer> {
  const query = via === undefined ? '' : `?via=${known(life.reposts, `${via} ${post}`)}`
  const body = { kind: 'note', text, replyTo: postId(life, post) }
  const answer = await person(life, who).call<ActAnswer & { id: string }>('POST', `/v1/posts${query}`, body)
  life.posts.set(name, answer.id)
  note(life, { did: 'comment', who, post, ...shared(via) }, seenIn(answer))
  note(life, { did: 'post', who, post: name })
  return seenIn(answer)
}

/** Looks at what somebody posted and shared: from then on their reposts may be named. */
export async function visit(life: Life, who: string, whom: string): Promise<void> {
  await person(life, who).call('GET', `/v1/members/${person(life, whom).id}/posts?limit=100`)
}
