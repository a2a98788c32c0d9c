import { lazy, Suspense } from 'preact/compat'
import { useState } from 'preact/hooks'
import type { Author } from '../members/name.tsx'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'

/** Who or what is tipped. */
export type TipTarget = { postId: string } | { memberId: string }

const TipDialog = lazy(() => import('./tip-dialog.tsx'))

/** Opens what sends money to somebody. */
export function TipButton({ to, name }: { to: TipTarget; name: Author }) {
  const [isOpen, open] = useState(false)
  return (
    <>
      <button type="button" class="act" onClick={() => (me.value ? open(true) : askToSignIn())}>
        Tip
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <TipDialog to={to} name={name} onClose={() => open(false)} />
        </Suspense>
      )}
    </>
  )
}
