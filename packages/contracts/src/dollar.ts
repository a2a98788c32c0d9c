import { Contract, type ContractRunner, Interface, type TypedDataDomain, type TypedDataField } from 'ethers'
import { artifacts } from './artifacts.ts'

/** ABI of `TestDollar`. Its ERC-20, EIP-2612 and EIP-3009 parts fit any token that has them. */
export const dollarInterface = new Interface(artifacts.dollar.abi)

/** The token at `address` as an ethers contract. */
export function dollarContract(address: string, runner?: ContractRunner | null): Contract {
  return new Contract(address, dollarInterface, runner)
}

/** Call data that lets `spender` take `amount` (token units) from the sender. */
export function encodeApprove(spender: string, amount: bigint): string {
  return dollarInterface.encodeFunctionData('approve', [spender, amount])
}

export function encodeTransfer(to: string, amount: bigint): string {
  return dollarInterface.encodeFunctionData('transfer', [to, amount])
}

/** Call data that makes new test dollars; the token's owner only. */
export function encodeMint(to: string, amount: bigint): string {
  return dollarInterface.encodeFunctionData('mint', [to, amount])
}

/** Call data that makes the token refuse an address, or no longer; the token's owner only. */
export function encodeSetBlocked(account: string, blocked: boolean): string {
  return dollarInterface.encodeFunctionData('setBlocked', [account, blocked])
}

/** What an EIP-2612 permit says. `nonce` is the token's `nonces(owner)`, `deadline` in Unix seconds. */
export type Permit = { owner: string; spender: string; value: bigint; nonce: bigint; deadline: bigint }

/** The token's EIP-712 domain; `name` and `version` are those of `TestDollar` unless given. */
export type TokenDomain = { chainId: bigint | number; token: string; name?: string; version?: string }

/** Ready for `signer.signTypedData(domain, types, value)`. */
export type TypedData<Value> = {
  domain: TypedDataDomain
  types: Record<string, TypedDataField[]>
  value: Value
}

const fields = (names: string): TypedDataField[] =>
  names.split(', ').map((field) => {
    const [type, name] = field.split(' ') as [string, string]
    return { type, name }
  })

/** Typed data of an EIP-2612 permit: the owner signs it, `depositWithPermit` takes the signature. */
export function permitTypedData(at: TokenDomain, permit: Permit): TypedData<Permit> {
  return {
    domain: tokenDomain(at),
    types: {
      Permit: fields('address owner, address spender, uint256 value, uint256 nonce, uint256 deadline'),
    },
    value: permit,
  }
}

/** What an EIP-3009 authorisation says; `nonce` is any unused 32 bytes as 0x-hex, times in Unix seconds. */
export type Authorization = {
  from: string
  to: string
  value: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: string
}

/** Typed data of an EIP-3009 authorisation that only `to` can use; `depositWithAuthorization` takes the signature. */
export function receiveAuthorizationTypedData(
  at: TokenDomain,
  authorization: Authorization,
): TypedData<Authorization> {
  const signed =
    'address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce'
  return {
    domain: tokenDomain(at),
    types: { ReceiveWithAuthorization: fields(signed) },
    value: authorization,
  }
}

function tokenDomain({ chainId, token, name = 'Test Dollar', version = '1' }: TokenDomain): TypedDataDomain {
  return { name, version, chainId, verifyingContract: token }
}
