import './transparency.css'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { PageTrouble } from '../shell/page-trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import { Check } from './check.tsx'
import { Epochs } from './epochs.tsx'
import { OwnProofSection } from './own-proof-section.tsx'
import { Reserves } from './reserves.tsx'

/** Whether the money is there: by the server's word, by the chain's, and by one's own leaf. For anybody. */
export default function TransparencyPage() {
  const { value, error, again } = useFetched(
    async (signal) => ok(await api.GET('/v1/transparency', { signal })),
    [],
  )
  useTitle('Transparency')
  if (error !== undefined) return <PageTrouble error={error} again={again} />
  return (
    <div class="transparency">
      <h1>Is the money there?</h1>
      {value ? <Reserves of={value} /> : <p aria-busy="true">Adding up…</p>}
      <Check />
      <OwnProofSection />
      <Epochs />
    </div>
  )
}
