import { skeletonOf } from './skeleton.ts'

/** Names that routes or clients could mistake for something else, or readers for somebody who speaks for this network. */
const RESERVED = `
  about abuse account accounts admin administrator all anonymous anybody anyone api app apps auth billing blog bot chain
  channel checker compliance contact deleted dev developer developers docs download everybody everyone exit faucet feed
  feeds finance guardian help helpdesk here home info join jobs latest ledger legal localhost login logout mail me media
  member members metrics mod moderation moderator moderators network news nobody node none notifications null official
  openapi operator owner payments platform post posts press pricing privacy public register reserves rivulet root rules
  search security self service settings settlement signin signout signup somebody staff static status stream super
  superuser support sysadmin system tag tags team terms test tips transparency treasurer treasury trending trust undefined
  unknown user users vault verified verify void wallet webhook webhooks webmaster withdraw withdrawals www you
`
  .trim()
  .split(/\s+/)

const SKELETONS = new Set(RESERVED.map(skeletonOf))

/** Whether nobody may have this handle: it is a reserved word, or looks like one. */
export const isReserved = (handle: string): boolean => SKELETONS.has(skeletonOf(handle))
