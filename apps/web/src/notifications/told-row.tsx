import { Name } from '../members/name.tsx'
import { network } from '../network/network.ts'
import { Time } from '../shell/time.tsx'
import { type Told, wordsOf } from './told.ts'

/** One thing that was told. */
export function ToldRow({ told }: { told: Told }) {
  const { who, others, does, quote, leadsTo } = wordsOf(told, network.value?.asset.symbol ?? '')
  const when = <Time at={told.createdAt} />
  return (
    <div class={told.readAt === null ? 'told new' : 'told'}>
      <p>
        {told.readAt === null && <span class="hidden">New: </span>}
        {who.map((one, place) => (
          <span key={one.id}>
            {place > 0 && (place === who.length - 1 && others === 0 ? ' and ' : ', ')}
            <Name of={one} />
          </span>
        ))}
        {others > 0 && ` and ${others} ${others === 1 ? 'other' : 'others'}`}{' '}
        {leadsTo === null ? does : <a href={leadsTo}>{does}</a>} <small class="hint">{when}</small>
      </p>
      {quote && <p class="note-text hint">“{quote}”</p>}
    </div>
  )
}
