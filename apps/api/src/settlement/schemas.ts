import { z } from 'zod'
import { Address, AmountOut, Time } from '../http/schemas.ts'

const Hash = z.string().meta({ pattern: '^0x[0-9a-f]{64}$' })
const TxHash = Hash.nullable().meta({
  description: 'Null until it is final, or where somebody else sent it.',
})
const Units = z.string().meta({ pattern: '^[0-9]+$', description: 'In units of the token.' })

export const EpochParams = z.strictObject({
  n: z.coerce.number('must be a number').int('must be a whole number').min(1).max(2_147_483_647),
})

const epoch = {
  number: z.int(),
  status: z.enum(['built', 'checked', 'committed', 'active', 'settled', 'voided']),
  root: Hash.meta({ description: 'Of the sum tree.' }),
  depth: z.int(),
  gross: AmountOut.meta({
    description: 'What the tree adds up to: everything members and treasury are owed.',
  }),
  authorisedTotal: AmountOut.meta({ description: 'Of that, what was ever granted for claiming.' }),
  payoutTotal: AmountOut.meta({ description: 'What its batches pay, beside the tree.' }),
  depositsSeen: AmountOut.meta({ description: 'All deposits ever that are in the tree.' }),
  snapshotBlock: z.int().meta({ description: 'The final block up to which deposits are in the tree.' }),
  dataHash: Hash.meta({ description: 'Keccak-256 of the leaf file.' }),
  createdAt: Time,
  settledAt: Time.nullable(),
}

export const EpochSummary = z.object(epoch).meta({ id: 'EpochSummary' })

export const EpochAnswer = z
  .object({
    ...epoch,
    payoutRoot: Hash.meta({ description: 'Over the batches; zero where there are none.' }),
    commitTx: TxHash,
    activateTx: TxHash,
    leavesUrl: z.string().nullable().meta({ description: 'The leaf file; null when it is no longer kept.' }),
    batches: z.array(z.object({ index: z.int(), total: AmountOut, records: z.string(), txHash: TxHash })),
  })
  .meta({ id: 'Epoch' })

export const ProofAnswer = z
  .object({
    epoch: z.int(),
    status: epoch.status,
    chainId: z.int(),
    vault: Address,
    root: Hash,
    leaf: z
      .object({
        index: z.string(),
        account: Address,
        authorised: Units,
        spendable: Units,
        held: Units,
        payout: Units,
        batch: z.int(),
        deposited: Units,
        salt: Hash,
      })
      .meta({ description: 'As `ISettlementVault.Leaf` has it.' }),
    proof: z
      .string()
      .meta({ description: 'Siblings from the bottom up, 48 bytes a level, as the vault takes them.' }),
  })
  .meta({ id: 'LeafProof' })
