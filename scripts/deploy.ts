import { existsSync } from 'node:fs'
import { deployContracts, deployDefaults } from '@rivulet/contracts'
import { computeAddress, JsonRpcProvider, NonceManager, Wallet } from 'ethers'

/**
 * Deploys the vault, and a test dollar unless TOKEN_ADDRESS has code. Does nothing where VAULT_ADDRESS has code, so that
 * it can stand in front of every start.
 *
 * Environment: CHAIN_RPC_URL; DEPLOYER_KEY, which pays; OPERATOR_KEY or OPERATOR_ADDRESS; ADMIN_ADDRESS,
 * GUARDIAN_ADDRESS, TREASURER_ADDRESS (each the deployer's unless given); CHALLENGE_DELAY_SECONDS.
 */
if (existsSync('.env')) process.loadEnvFile('.env')
const env = process.env
const provider = new JsonRpcProvider(required('CHAIN_RPC_URL'))
provider.pollingInterval = 250
try {
  if (await hasCode(env.VAULT_ADDRESS)) console.log(`the vault is there already: ${env.VAULT_ADDRESS}`)
  else await deploy()
} finally {
  provider.destroy()
}

async function deploy(): Promise<void> {
  const deployer = new Wallet(required('DEPLOYER_KEY'), provider)
  const token = (await hasCode(env.TOKEN_ADDRESS)) ? env.TOKEN_ADDRESS : undefined
  const { vault, block, ...made } = await deployContracts(new NonceManager(deployer), {
    operator: env.OPERATOR_ADDRESS || computeAddress(required('OPERATOR_KEY')),
    admin: env.ADMIN_ADDRESS || deployer.address,
    guardian: env.GUARDIAN_ADDRESS || deployer.address,
    treasurer: env.TREASURER_ADDRESS || deployer.address,
    challengeDelaySeconds: Number(env.CHALLENGE_DELAY_SECONDS || deployDefaults.challengeDelaySeconds),
    ...(token ? { token } : {}),
  })
  console.log(`VAULT_ADDRESS=${vault}\nTOKEN_ADDRESS=${made.token}\nVAULT_DEPLOY_BLOCK=${block}`)
  if (env.VAULT_ADDRESS && env.VAULT_ADDRESS !== vault)
    throw new Error(`deployed to ${vault}, not to ${env.VAULT_ADDRESS}: set the addresses above`)
}

async function hasCode(address: string | undefined): Promise<boolean> {
  return Boolean(address) && (await provider.getCode(address as string)) !== '0x'
}

function required(name: string): string {
  const value = env[name]
  if (!value) throw new Error(`set ${name}`)
  return value
}
