import { nanoOf } from '../outside/decimal.ts'
import { each } from '../outside/each.ts'
import type { Member } from '../outside/member.ts'
import type { Step } from './plan.ts'

type ActAnswer = { credited: string; unfunded: boolean }

/** What a step was answered: nano, as the deed's answer in the independent reckoning. */
export type Lived = { credited: bigint; unfunded: boolean }

/**
 * Lives steps through the API, in their order as far as it matters and many at once where it does not: a post is there
 * before anything is done to it, and what one member does to another happens one after the other.
 *
 * @param posts filled with the id of each post
 */
export async function live(
  steps: readonly Step[],
  members: ReadonlyMap<string, Member>,
  posts: Map<string, string>,
  { width, onStep }: { width: number; onStep: (done: number) => void },
): Promise<Lived[]> {
  const lived: Lived[] = new Array(steps.length)
  const written = new Map<string, Promise<void>>()
  const pairs = new Map<string, Promise<void>>()
  let done = 0

  const of = (name: string) => members.get(name) as Member
  const write = async ({ author, post }: Step) => {
    const { id } = await of(author).call<{ id: string }>('POST', '/v1/posts', {
      kind: 'note',
      text: `The first note of ${author}.`,
    })
    posts.set(post, id)
  }
  const act = async (step: Step, index: number, before: Promise<void> | undefined) => {
    await written.get(step.post)
    await before
    const id = posts.get(step.post)
    const answer =
      step.kind === 'like'
        ? await of(step.who).call<ActAnswer>('PUT', `/v1/posts/${id}/like`)
        : await of(step.who).call<ActAnswer>('POST', '/v1/posts', {
            kind: 'note',
            text: `Line ${index + 1}: ${step.who} to ${step.author}.`,
            replyTo: id,
          })
    lived[index] = { credited: nanoOf(answer.credited), unfunded: answer.unfunded }
  }

  await each(steps, width, async (step, index) => {
    if (step.writes) written.set(step.post, write(step))
    const pair = `${step.who} ${step.author}`
    const acting = act(step, index, pairs.get(pair))
    pairs.set(pair, acting)
    await acting
    onStep(++done)
  })
  return lived
}
