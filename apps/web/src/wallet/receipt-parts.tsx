import type { components } from '@rivulet/sdk'
import type { Author } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import { Time } from '../shell/time.tsx'
import { PartyName } from './party-name.tsx'

type Parts = components['schemas']['Receipt']['parts']
type Part = Parts[number]

type Props = { parts: Parts; total: number; members: Author[] }

/** To whom it went, by which weight, and when it clears. */
export function ReceiptParts({ parts, total, members }: Props) {
  return (
    <div class="overflow-auto">
      <table>
        <thead>
          <tr>
            <th scope="col">To</th>
            <th scope="col">Gross</th>
            <th scope="col">Weight</th>
            <th scope="col">From</th>
            <th scope="col">Clears</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, i) => (
            <Row key={i} of={part} members={members} />
          ))}
        </tbody>
      </table>
      {total > parts.length && (
        <p class="hint">
          The first {parts.length} of {total}.
        </p>
      )}
    </div>
  )
}

function Row({ of, members }: { of: Part; members: Author[] }) {
  return (
    <tr>
      <td>
        <PartyName of={of.receiver} among={members} />
        {'role' in of && ` (${of.role})`}
      </td>
      <td>
        <Money of={of.gross} />
      </td>
      <td>{'weight' in of && `${of.weight} of ${of.totalWeight}`}</td>
      <td>{'source' in of ? of.source : 'the payer'}</td>
      <td>{'clearsAt' in of && of.status === 'pending' ? <Time at={of.clearsAt} /> : of.status}</td>
    </tr>
  )
}
