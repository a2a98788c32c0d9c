import { dollarContract, vaultContract } from '@rivulet/contracts'
import {
  type BaseWallet,
  type ContractTransactionResponse,
  id,
  JsonRpcProvider,
  parseUnits,
  Wallet,
} from 'ethers'
import { SiweMessage } from 'siwe'
import { type Answer, ask, call } from './client.ts'
import type { Balances, LikeAnswer, Member, Network, Post, Tip, Withdrawal } from './shapes.ts'

/** Gas of a deposit that is sent right behind its approval, and so cannot be estimated yet. */
const DEPOSIT_GAS = 300_000n

/**
 * The wallet of somebody in a test: the same name is the same wallet, always. Everybody can know its key, so it is for
 * chains where nothing is worth anything.
 */
export function walletOf(name: string): BaseWallet {
  return new Wallet(id(`rivulet test person: ${name}`))
}

/** Somebody with a wallet, who has not signed in anywhere yet. */
export function person(name: string, wallet: BaseWallet = walletOf(name)): Person {
  return new Person(name, wallet)
}

/**
 * A member as a client from outside: HTTP and the chain's RPC, nothing else. Methods that are verbs throw `Unexpected`
 * when the API does not answer with success; `call` returns whatever it answers. Amounts are decimal strings.
 */
export class Person {
  readonly name: string
  readonly wallet: BaseWallet
  /** After signing in. */
  member!: Member
  network!: Network
  token: string | null = null
  private url = ''

  constructor(name: string, wallet: BaseWallet) {
    this.name = name
    this.wallet = wallet
  }

  get id(): string {
    return this.member.id
  }

  get address(): string {
    return this.wallet.address
  }

  /** Signs in with the wallet (EIP-4361); the first time makes the member. */
  async signIn(apiUrl: string): Promise<this> {
    this.url = apiUrl
    this.network = await this.asks('GET', '/v1/network')
    const { nonce } = await this.asks<{ nonce: string }>('POST', '/v1/auth/nonce')
    const { auth, chain } = this.network
    const message = new SiweMessage({
      ...{ domain: auth.domain, uri: auth.uri, chainId: chain.id, nonce, version: '1' },
      address: this.address,
      statement: `I am ${this.name}.`,
      issuedAt: new Date().toISOString(),
    }).prepareMessage()
    const signature = await this.wallet.signMessage(message)
    const session = await this.asks<{ token: string; member: Member }>('POST', '/v1/auth/verify', {
      message,
      signature,
    })
    this.token = session.token
    this.member = session.member
    return this
  }

  /** Sends a request as it stands, with the session, and returns whatever comes back. */
  call<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string | null> = {},
  ): Promise<Answer<Body>> {
    return call<Body>({ url: this.url, method, path, body, headers, token: this.token })
  }

  /** 100 test dollars and 1 test ether, on an embedded chain. */
  async faucet(): Promise<void> {
    await this.asks('POST', '/v1/dev/faucet', { address: this.address })
  }

  /** Approves the vault and deposits for oneself. Returns the deposit's transaction hash, once it is in a block. */
  async deposit(amount: string): Promise<string> {
    const { asset, chain } = this.network
    return this.onChain(async (signer, nonce) => {
      const units = parseUnits(amount, asset.decimals)
      await dollarContract(asset.address, signer).getFunction('approve')(chain.vault, units, { nonce })
      const sent: ContractTransactionResponse = await vaultContract(chain.vault, signer).getFunction(
        'deposit',
      )(this.address, units, { nonce: nonce + 1, gasLimit: DEPOSIT_GAS })
      await sent.wait()
      return sent.hash
    })
  }

  /** Token balance on the chain, in the token's units. */
  balanceOnChain(): Promise<bigint> {
    return this.onChain((signer) =>
      dollarContract(this.network.asset.address, signer).getFunction('balanceOf')(this.address),
    )
  }

  posts(text: string, more: Record<string, unknown> = {}): Promise<Post> {
    return this.asks('POST', '/v1/posts', { kind: 'note', text, ...more })
  }

  comments(post: Pick<Post, 'id'>, text: string): Promise<Post & { credited: string; unfunded: boolean }> {
    return this.asks('POST', '/v1/posts', { kind: 'note', text, replyTo: post.id })
  }

  likes(post: Pick<Post, 'id'>): Promise<LikeAnswer> {
    return this.asks('PUT', `/v1/posts/${post.id}/like`)
  }

  unlikes(post: Pick<Post, 'id'>): Promise<LikeAnswer> {
    return this.asks('DELETE', `/v1/posts/${post.id}/like`)
  }

  follows(other: { id: string }): Promise<void> {
    return this.asks('PUT', `/v1/members/${other.id}/follow`)
  }

  tips(to: { postId: string } | { memberId: string }, amount: string, message?: string): Promise<Tip> {
    return this.asks('POST', '/v1/tips', { ...to, amount, ...(message === undefined ? {} : { message }) })
  }

  /** Sets own money aside for likes. */
  pledges(amount: string): Promise<Balances> {
    return this.asks('POST', '/v1/wallet/pledge', { amount })
  }

  balances(): Promise<Balances> {
    return this.asks('GET', '/v1/wallet')
  }

  withdraws(amount: string): Promise<Withdrawal> {
    return this.asks('POST', '/v1/wallet/withdrawals', { amount })
  }

  withdrawal(which: Pick<Withdrawal, 'id'>): Promise<Withdrawal> {
    return this.asks('GET', `/v1/wallet/withdrawals/${which.id}`)
  }

  private asks<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return ask<Body>({ url: this.url, method, path, body, token: this.token })
  }

  private async onChain<T>(work: (signer: BaseWallet, nonce: number) => Promise<T>): Promise<T> {
    const { rpcUrl, id: chainId } = this.network.chain
    if (!rpcUrl) throw new Error('the API does not tell the address of its chain')
    const options = { staticNetwork: true, cacheTimeout: -1, pollingInterval: 100 }
    const provider = new JsonRpcProvider(rpcUrl, chainId, options)
    try {
      return await work(
        this.wallet.connect(provider) as BaseWallet,
        await provider.getTransactionCount(this.address),
      )
    } finally {
      provider.destroy()
    }
  }
}
