import { Contract, type ContractRunner } from 'ethers'
import type { Network } from '../network/network.ts'

// The few calls this page makes, instead of the whole artifacts: those carry the contracts' code.
const TOKEN = [
  'function balanceOf(address) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount) returns (bool)',
]
const LEAF =
  'tuple(uint64 index, address account, uint128 authorised, uint128 spendable, uint128 held, uint128 payout, uint16 batch, uint128 deposited, bytes32 salt)'
const VAULT = [
  'function deposit(address account, uint256 amount)',
  `function claim(${LEAF} leaf, bytes proof, address to)`,
  'function claimOwed(address account, address to)',
]

export const tokenOf = ({ asset }: Network, runner: ContractRunner): Contract =>
  new Contract(asset.address, TOKEN, runner)
export const vaultOf = ({ chain }: Network, runner: ContractRunner): Contract =>
  new Contract(chain.vault, VAULT, runner)
