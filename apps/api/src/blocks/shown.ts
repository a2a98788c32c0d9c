/**
 * A condition for a query with a viewer, $1: they have not blocked this member, nor were blocked by them. True without a
 * viewer.
 *
 * @param member an SQL expression for an id
 */
export const notBlocked = (member: string) => `not exists (
    select from blocks b where b.blocker_id = $1 and b.blocked_id = ${member}
    union all select from blocks b where b.blocker_id = ${member} and b.blocked_id = $1)`
