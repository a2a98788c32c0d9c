const unwelcome = (member: string, actor: string) => `
  select from mutes where muter_id = ${member} and muted_id = ${actor}
  union all select from blocks where blocker_id = ${member} and blocked_id = ${actor}
  union all select from blocks where blocker_id = ${actor} and blocked_id = ${member}`

/** Of a notification `n`: between its member and its actor there is no block, and no mute of the actor. */
export const NOT_UNWELCOME = `not exists (${unwelcome('n.member_id', 'n.actor_id')})`

/** Of a notification `n` that is about to be written, and what its member said of the kind, `p`, who may be missing. */
export const IS_WISHED = `coalesce(p.in_app, true)
  and (n.actor_id is null or (
    n.actor_id <> n.member_id and ${NOT_UNWELCOME}
    and (not coalesce(p.only_following, false)
         or exists (select from follows where follower_id = n.member_id and followee_id = n.actor_id))))`

/** Of a group `n`: who is named in it, in order, as `named (id, place)`, but for those muted or blocked since. */
const NAMED = `unnest(n.actor_ids) with ordinality as named (id, place)
  where not exists (${unwelcome('n.member_id', 'named.id')})`

/** Of a group `n`: how many it tells of. Only who is named in it is left out for having been muted since. */
export const COUNT = `n.count - cardinality(n.actor_ids) + (select count(*)::int from ${NAMED})`

/** Of a group `n`: who is named in it, as others see them. */
export const ACTORS = `(
  select coalesce(json_agg(json_build_object('id', m.id, 'handle', m.handle, 'displayName', m.display_name, 'address', m.address)
    order by shown.place), '[]')
  from (select named.id, named.place from ${NAMED}) shown join members m on m.id = shown.id)`

/** Of a notification `n`: it is by nobody whom its member has muted or who is blocked, or it is a group of others too. */
export const IN_SIGHT = `(n.actor_id is null or ${NOT_UNWELCOME}) and (n.actor_ids is null or ${COUNT} > 0)`
