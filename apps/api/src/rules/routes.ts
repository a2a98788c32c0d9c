import { newestVersion, ruleVersion, ruleVersions } from '@rivulet/economy'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { presentRules, RulesAnswer } from './schemas.ts'

const Params = z.strictObject({ version: z.string() })
const NUMBER = /^[1-9]\d{0,8}$/

/** The rules money moves by, now and before. Every receipt names the version it was made by. */
export async function rulesRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const tag = 'network'
  const session = 'none'

  app.get(
    '/rules',
    operation({
      id: 'getRules',
      summary: 'The rules in force',
      description: 'Amounts are decimal strings of the asset, shares and fees basis points, times seconds.',
      ...{ tag, session },
      answers: { 200: RulesAnswer },
      refuses: ['not_found'],
    }),
    async () => {
      const newest = await newestVersion(db.pool)
      if (!newest) throw problem('not_found', 'No rules were ever put in force here.')
      return presentRules(newest)
    },
  )

  app.get(
    '/rules/versions',
    operation({
      id: 'listRules',
      summary: 'All rules there ever were, newest first',
      ...{ tag, session },
      query: ListQuery,
      answers: { 200: listOf(RulesAnswer) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const context = { cursors, publicUrl: config.publicUrl }
      const { data, nextCursor } = await page(
        request,
        reply,
        context,
        ['rules'],
        ({ after, take }) =>
          ruleVersions(db.pool, { before: after === undefined ? undefined : Number(after), take }),
        ({ version }) => String(version),
      )
      return { data: data.map(presentRules), nextCursor }
    },
  )

  app.get(
    '/rules/:version',
    operation({
      id: 'getRulesVersion',
      summary: 'The rules of a version',
      ...{ tag, session },
      params: Params,
      answers: { 200: RulesAnswer },
      refuses: ['not_found'],
    }),
    async (request) => {
      const { version } = request.params
      const found = NUMBER.test(version) ? await ruleVersion(db.pool, Number(version)) : undefined
      if (!found) throw problem('not_found', 'There are no rules of that version.')
      return presentRules(found)
    },
  )
}
