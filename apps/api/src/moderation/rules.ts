import type { Role } from '@rivulet/economy'
import type { Kind } from './schemas.ts'

export type Subject = { type: 'post' | 'member'; id: string }

/** How things are with a subject and with whom it concerns. Times in milliseconds since 1970. */
export type Standing = {
  post: 'live' | 'removed' | 'deleted' | undefined
  /** Undefined: not suspended; null: without an end. */
  suspendedUntil: number | null | undefined
}

/** Where an appeal is made. */
export const APPEAL = { method: 'POST', path: '/v1/appeals' } as const

export const APPEALABLE: readonly Kind[] = ['warn', 'remove_post', 'suspend']

/** Whether this kind of action can be taken on this type of subject at all. */
export function fits(kind: Kind, type: Subject['type']): boolean {
  if (kind === 'remove_post' || kind === 'restore_post') return type === 'post'
  if (kind === 'suspend' || kind === 'lift_suspension') return type === 'member'
  return true
}

/** Why this person may not act on that one: nobody on themselves, and on an admin only another admin. */
export function refusalOf(
  actor: { id: string; role: Role | undefined },
  concerned: { id: string; role: Role | undefined },
): string | undefined {
  if (actor.role === undefined) return 'You are no moderator any more.'
  if (actor.id === concerned.id) return 'Nobody acts on themselves: leave it to another moderator.'
  if (concerned.role === 'admin' && actor.role !== 'admin')
    return 'A moderator does not act on an admin: leave it to another admin.'
  return undefined
}

/** Whether an action would change anything. @param until of `suspend`, as `suspendedUntil` */
export function changes(kind: Kind, standing: Standing, until: number | null, openReports: number): boolean {
  switch (kind) {
    case 'dismiss':
      return openReports > 0
    case 'warn':
      return true
    case 'remove_post':
      return standing.post === 'live'
    case 'restore_post':
      return standing.post === 'removed'
    case 'suspend':
      return standing.suspendedUntil !== until
    case 'lift_suspension':
      return standing.suspendedUntil !== undefined
  }
}
