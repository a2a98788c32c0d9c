import { type Deps, operation, type Room } from '@rivulet/api'
import { Like, LikeParams } from './schemas.ts'

/** A like that does nothing: the same hooks, session and schemas, and a constant answer. */
export const noopRoutes: Room = async (app, _deps: Deps) => {
  app.put(
    '/posts/:id/noop',
    operation({
      id: 'benchNoop',
      summary: 'Nothing',
      tag: 'bench',
      session: 'required',
      params: LikeParams,
      answers: { 200: Like },
      refuses: ['post_not_found'],
    }),
    async () => ({ liked: true, likes: 1, credited: '0.0005', unfunded: false }),
  )
}
