import type { components } from '@rivulet/sdk'

/** A member as a page of their own shows them. */
export type Profile = components['schemas']['Profile']

/** How the one who is signed in stands to a member. */
export type Standing = NonNullable<Profile['viewer']>
