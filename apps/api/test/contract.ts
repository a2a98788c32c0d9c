import type { TestChain } from '@rivulet/stack'
import { ContractFactory, concat, getAddress, hexlify, Wallet } from 'ethers'

/**
 * Puts a contract on the chain whose whole code is `runtime`, and answers its address. The creation code copies what
 * follows it and returns that: PUSH1 size, DUP1, PUSH1 9, PUSH0, CODECOPY, PUSH0, RETURN.
 */
export async function deploy(chain: Pick<TestChain, 'keys' | 'provider'>, runtime: string): Promise<string> {
  const size = (runtime.length - 2) / 2
  const creation = concat(['0x60', hexlify(new Uint8Array([size])), '0x8060095f395ff3', runtime])
  const deployer = new Wallet(chain.keys.faucet, chain.provider)
  const contract = await new ContractFactory([], creation, deployer).deploy()
  await contract.waitForDeployment()
  return getAddress(await contract.getAddress())
}

/**
 * The code of a wallet that is a contract (EIP-1271) and has one owner: a signature is good when the precompile at
 * address 1, `ecrecover`, finds that the owner's key made it.
 */
export function ownedBy(owner: string): string {
  return concat([
    '0x6004355f52', // the hash, at 4 of the call, to memory 0
    '0x60a4355f1a602052', // v, the first byte of 164, to 32
    '0x606435604052', // r, at 100, to 64
    '0x608435606052', // s, at 132, to 96
    '0x602060806080', // 32 bytes of answer to 128, of 128 bytes
    '0x5f60015afa50', // from 0, asked of address 1 with all the gas
    '0x608051', // who that is
    concat(['0x73', owner]),
    '0x14', // the owner: 1, else 0
    '0x631626ba7e0260e01b', // times the magic value, left-aligned
    '0x5f5260205ff3', // returned
  ])
}
