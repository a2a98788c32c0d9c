import { decimalOf, nanoOf } from '../outside/decimal.ts'
import { until } from '../outside/until.ts'
import { note, person, postId, type World, walletOf } from './world.ts'

const FAUCET = 100_000_000_000n

type ActAnswer = { credited: string; unfunded: boolean }

const seenIn = ({ credited, unfunded }: ActAnswer) => ({ credited: nanoOf(credited), unfunded })

/** What an act moved, in words. */
function moved(answer: ActAnswer, payer: string, author: string) {
  if (answer.unfunded) return { amount: 0n, between: `${payer} has nothing pledged: recorded, unfunded` }
  if (nanoOf(answer.credited) === 0n) return { amount: 0n, between: 'moves no money' }
  return { amount: nanoOf(answer.credited), between: `${payer}'s pledge → ${author}'s pending` }
}

/** Test dollars from the faucet, and from the wallet into the vault; waits until the deposit is final and booked. */
export async function deposit(
  world: World,
  who: string,
  amount: bigint,
  how: 'approval' | 'permit' = 'approval',
): Promise<void> {
  const { wallet } = person(world, who)
  const { chain } = world
  await world.stranger('POST', '/v1/dev/faucet', { address: wallet.address })
  await until(`the faucet has paid ${who}`, async () => (await chain.balanceOf(wallet.address)) >= FAUCET)
  note(
    world,
    { did: 'faucet', who, amount: FAUCET },
    {},
    { text: `${who} asks the faucet`, amount: FAUCET, between: `test dollars → ${who}'s wallet` },
  )
  const hash = await (how === 'permit' ? chain.depositWithPermit : chain.deposit)(wallet, amount)
  await until(
    `${who}'s deposit is booked`,
    async () => nanoOf((await walletOf(person(world, who))).available) > 0n,
  )
  note(
    world,
    { did: 'deposit', who, amount },
    {},
    { text: `${who} deposits by ${how}`, amount, between: `${who}'s wallet → ${who}'s available   ${hash}` },
  )
}

export async function pledge(world: World, who: string, amount: bigint): Promise<void> {
  await person(world, who).call('POST', '/v1/wallet/pledge', { amount: decimalOf(amount) })
  note(
    world,
    { did: 'pledge', who, amount },
    {},
    { text: `${who} sets money aside for likes`, amount, between: `${who}'s available → ${who}'s pledge` },
  )
}

export async function write(
  world: World,
  who: string,
  post: string,
  body: { kind: 'note' | 'article'; title?: string; text: string },
): Promise<void> {
  const { id } = await person(world, who).call<{ id: string }>('POST', '/v1/posts', body)
  world.posts.set(post, id)
  note(world, { did: 'post', who, post }, {}, { text: `${who} writes ${post}: “${body.title ?? body.text}”` })
}

export async function like(world: World, who: string, post: string, author: string): Promise<void> {
  const answer = await person(world, who).call<ActAnswer>('PUT', `/v1/posts/${postId(world, post)}/like`)
  note(world, { did: 'like', who, post }, seenIn(answer), {
    text: `${who} likes ${post}`,
    ...moved(answer, who, author),
  })
}

export async function unlike(world: World, who: string, post: string, author: string): Promise<void> {
  const answer = await person(world, who).call<ActAnswer>('DELETE', `/v1/posts/${postId(world, post)}/like`)
  note(world, { did: 'unlike', who, post }, seenIn(answer), {
    text: `${who} takes the like of ${post} back`,
    amount: -nanoOf(world.network.rates.like),
    between: `${author}'s pending → ${who}'s pledge, ${answer.credited} stands`,
  })
}

/** Comments, under a name of its own: a comment is a post, and can be liked as one. */
export async function comment(
  world: World,
  who: string,
  post: string,
  author: string,
  said: { name: string; text: string },
): Promise<void> {
  const answer = await person(world, who).call<ActAnswer & { id: string }>('POST', '/v1/posts', {
    kind: 'note',
    text: said.text,
    replyTo: postId(world, post),
  })
  world.posts.set(said.name, answer.id)
  note(world, { did: 'comment', who, post }, seenIn(answer), {
    text: `${who} comments on ${post}: “${said.text}”`,
    ...moved(answer, who, author),
  })
  world.deeds.push({ did: 'post', who, post: said.name })
  world.answers.push({})
}

export async function tip(
  world: World,
  who: string,
  post: string,
  author: string,
  gift: { amount: bigint; message: string },
): Promise<void> {
  const { fee, net } = await person(world, who).call<{ fee: string; net: string }>('POST', '/v1/tips', {
    postId: postId(world, post),
    amount: decimalOf(gift.amount),
    message: gift.message,
  })
  note(
    world,
    { did: 'tip', who, post, amount: gift.amount },
    { fee: nanoOf(fee), net: nanoOf(net) },
    {
      text: `${who} tips ${post}: “${gift.message}”`,
      amount: gift.amount,
      between: `${who}'s available → ${author}'s available ${net}, the network ${fee}`,
    },
  )
}

/** Waits until nothing is pending for anybody. */
export async function clear(world: World): Promise<void> {
  await until('everything pending has cleared', async () => {
    const wallets = await Promise.all([...world.people.values()].map(walletOf))
    return wallets.every((wallet) => nanoOf(wallet.pending) === 0n)
  })
  note(
    world,
    { did: 'clear' },
    {},
    {
      text: 'the period is over, the hold has passed',
      between: 'pending → available, less the clearing fee',
    },
  )
}

type Withdrawal = { id: string; status: string; amount: string; txHash: string | null; epoch: number | null }

/** Withdraws to the own wallet, and waits until that is final on the chain. @returns the epoch that paid it */
export async function withdraw(world: World, who: string, amount: bigint): Promise<number> {
  const member = person(world, who)
  const { id } = await member.call<Withdrawal>('POST', '/v1/wallet/withdrawals', {
    amount: decimalOf(amount),
  })
  const paid = await until(
    `${who}'s withdrawal is final`,
    async () => {
      const now = await member.call<Withdrawal>('GET', `/v1/wallet/withdrawals/${id}`)
      if (['cancelled', 'owed', 'refunded'].includes(now.status)) throw new Error(`it is ${now.status}`)
      return now.status === 'confirmed' && now
    },
    { everyMs: 200 },
  )
  if (paid.epoch === null) throw new Error('a withdrawal was confirmed without an epoch')
  note(
    world,
    { did: 'withdraw', who, amount },
    {},
    {
      text: `${who} withdraws`,
      amount,
      between: `${who}'s available → ${who}'s wallet   epoch ${paid.epoch}, ${paid.txHash}`,
    },
  )
  return paid.epoch
}
