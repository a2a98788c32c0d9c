import { network } from '../network/network.ts'

type Props = { of: string; signed?: boolean }

/** An amount as it is told: every place of it, and the asset it is in. */
export function Money({ of, signed = false }: Props) {
  const sign = signed && !of.startsWith('-') && of !== '0' ? '+' : ''
  return (
    <data class="money" value={of}>
      {sign}
      {of} {network.value?.asset.symbol}
    </data>
  )
}
