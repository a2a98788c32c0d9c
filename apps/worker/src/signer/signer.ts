import { Transaction, Wallet } from 'ethers'

/** What is to be signed: a call of EIP-1559 (type 2), without value, always. Fees in wei of the chain's own coin. */
export type SignRequest = {
  chainId: bigint
  nonce: number
  to: string
  /** 0x-hex. */
  data: string
  gasLimit: bigint
  maxFeePerGas: bigint
  maxPriorityFeePerGas: bigint
}

/** Why a signer would not: nothing that another try would change. */
export type SignRefusal = {
  ok: false
  code:
    | 'wrong_chain'
    | 'wrong_target'
    | 'unknown_call'
    | 'fee_above_ceiling'
    | 'gas_above_limit'
    | 'above_transaction_cap'
    | 'above_day_cap'
    | 'nonce_used'
  detail: string
}

/** The signed bytes as 0x-hex, or why there are none. */
export type SignAnswer = { ok: true; raw: string } | SignRefusal

/**
 * Who has the operator's key. What it answers is believed by nobody: the sender reads the bytes again.
 *
 * `sign` throws when the signer could not be asked, which says nothing about whether it has signed.
 */
export type Signer = {
  /** EIP-55. */
  readonly address: string
  sign(request: SignRequest): Promise<SignAnswer>
}

/** The signed bytes of a request (EIP-1559, EIP-155, EIP-2718), as 0x-hex. */
export function signedBytes(request: SignRequest, wallet: Pick<Wallet, 'signingKey'>): string {
  const { chainId, nonce, to, data, gasLimit, maxFeePerGas, maxPriorityFeePerGas } = request
  const transaction = Transaction.from({
    ...{ type: 2, chainId, nonce, to, data, gasLimit, value: 0n, maxFeePerGas, maxPriorityFeePerGas },
  })
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
  return transaction.serialized
}

/** A signer in this very process, with a raw key and no policy: for the embedded stack. */
export function localSigner(key: string): Signer {
  const wallet = new Wallet(key)
  return {
    address: wallet.address,
    sign: async (request) => ({ ok: true, raw: signedBytes(request, wallet) }),
  }
}
