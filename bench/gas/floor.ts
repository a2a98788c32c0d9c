/** What it costs at least to change one balance of a token within a batch, by the prices of the chain's own rules. */
export interface Floor {
  existing: number
  fresh: number
}

const COLD_SLOT = 2_100 // EIP-2929
const WARM = 100
const CHANGED_SLOT = 2_900 // EIP-2200 after EIP-2929: a used slot gets another value
const NEW_SLOT = 20_000
const LOG = 375
const LOG_TOPIC = 375
const LOG_BYTE = 8
const CALLDATA_BYTE = 16 // EIP-2028: one that is not zero

/**
 * The sum, item by item: the recipient's slot, the payer's slot which is warm and dirty already, the `Transfer` event
 * (three topics and 32 bytes), a call to an address that was called before, and the recipient in the call data: 20 bytes
 * and 4 of an amount, hardly ever zero. No proof, no check, no loop.
 */
export function floorOf(): Floor {
  const event = LOG + 3 * LOG_TOPIC + 32 * LOG_BYTE
  const rest = WARM + 2 * WARM + event + (20 + 4) * CALLDATA_BYTE
  return { existing: COLD_SLOT + CHANGED_SLOT + rest, fresh: COLD_SLOT + NEW_SLOT + rest }
}
