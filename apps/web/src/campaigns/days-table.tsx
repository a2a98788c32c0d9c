import { Money } from '../money/money.tsx'
import type { Campaign, ReportDay } from './campaign.ts'
import { DisputeDay } from './dispute-day.tsx'
import { refusalOf, refusalsOf } from './refusals.ts'

type Props = { campaign: Campaign; days: ReportDay[]; again: () => void }

const STANDS = { open: 'You doubt it', upheld: 'You were right', rejected: 'Your doubt was rejected' }

/** The chart in words, newest first, with what was refused, and where a day is doubted. */
export function DaysTable({ campaign, days, again }: Props) {
  return (
    <details>
      <summary>The same as a table</summary>
      <div class="overflow-auto">
        <table>
          <thead>
            <tr>
              <th scope="col">Day (UTC)</th>
              <th scope="col">Shown</th>
              <th scope="col">Paid</th>
              <th scope="col">Spent</th>
              <th scope="col">Refused</th>
              <th scope="col">Doubt</th>
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={one.day}>
                <th scope="row">{one.day}</th>
                <td>{one.served}</td>
                <td>{one.paid}</td>
                <td>
                  <Money of={one.spent} />
                </td>
                <td>
                  {refusalsOf(one.refused).map(([reason, count]) => (
                    <small key={reason}>
                      {count} × {refusalOf(reason)}{' '}
                    </small>
                  ))}
                </td>
                <td>
                  {one.dispute ? (
                    <small>
                      {STANDS[one.dispute.status]}: {one.dispute.reason}
                    </small>
                  ) : (
                    one.paid > 0 && <DisputeDay id={campaign.id} day={one.day} done={again} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
