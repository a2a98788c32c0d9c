import type { components } from '@rivulet/sdk'

export type Author = components['schemas']['Author']

/** How a member is called: by their name, else by their handle, else by their address. */
export const nameOf = ({ displayName, handle, address }: Author): string =>
  displayName || (handle === null ? shortAddress(address) : `@${handle}`)

export const shortAddress = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`

/** Where a member's page is. */
export const pathOf = ({ handle, id }: Pick<Author, 'handle' | 'id'>): string => `/members/${handle ?? id}`

/** A member, as a link to their page. */
export function Name({ of }: { of: Author }) {
  return (
    <a class="name" href={pathOf(of)} title={of.address}>
      <strong>{nameOf(of)}</strong>
      {of.displayName && of.handle && <small> @{of.handle}</small>}
    </a>
  )
}
