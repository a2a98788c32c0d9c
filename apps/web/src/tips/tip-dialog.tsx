import { useEffect, useRef } from 'preact/hooks'
import type { Author } from '../members/name.tsx'
import type { TipTarget } from './tip-button.tsx'

type Props = { to: TipTarget; name: Author; onClose: () => void }

export default function TipDialog({ onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return <dialog ref={dialog} onClose={onClose} />
}
