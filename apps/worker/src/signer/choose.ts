import type { Config } from '../config.ts'
import { remoteSigner } from './remote.ts'
import { localSigner, type Signer } from './signer.ts'
import { placeOf } from './wire.ts'

/** The signer of the configuration: the process at SIGNER_URL, else OPERATOR_KEY in this one. */
export function signerFrom(
  config: Pick<Config, 'SIGNER_URL' | 'SIGNER_TOKEN' | 'OPERATOR_ADDRESS' | 'OPERATOR_KEY'>,
): Signer {
  const { SIGNER_URL, SIGNER_TOKEN, OPERATOR_ADDRESS, OPERATOR_KEY } = config
  const place = SIGNER_URL && placeOf(SIGNER_URL)
  if (place && OPERATOR_ADDRESS) return remoteSigner(OPERATOR_ADDRESS, place, SIGNER_TOKEN)
  if (OPERATOR_KEY) return localSigner(OPERATOR_KEY)
  throw new Error('neither SIGNER_URL with OPERATOR_ADDRESS nor OPERATOR_KEY')
}
