import { decimalOf } from '../decimal.ts'
import { type Life, note, person } from './life.ts'

export type Writing = {
  kind: 'note' | 'article'
  title?: string
  text: string
  tags?: string[]
  /** Whom it earns for, in basis points; each of them must have agreed. */
  splits?: [who: string, bps: number][]
  /** Nano. */
  price?: bigint
}

export async function write(life: Life, who: string, post: string, writing: Writing): Promise<void> {
  const { splits, price, ...body } = writing
  const { id } = await person(life, who).call<{ id: string }>('POST', '/v1/posts', {
    ...body,
    ...(splits && { splits: splits.map(([name, bps]) => ({ memberId: person(life, name).id, bps })) }),
    ...(price !== undefined && { price: decimalOf(price) }),
  })
  life.posts.set(post, id)
  note(life, {
    ...{ did: 'post', who, post },
    ...(splits && { splits: splits.map(([name, bps]) => ({ who: name, bps: BigInt(bps) })) }),
    ...(price !== undefined && { price }),
  })
}

/** Agrees to be listed among those whom somebody's posts earn for. */
export async function consent(life: Life, who: string, author: string): Promise<void> {
  await person(life, who).call('PUT', `/v1/members/${person(life, author).id}/split-consent`)
}

export async function block(life: Life, who: string, whom: string): Promise<void> {
  await person(life, who).call('PUT', `/v1/members/${person(life, whom).id}/block`)
  note(life, { did: 'block', who, whom })
}
