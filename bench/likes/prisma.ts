import { type Deps, operation, problem, type Room, viewer } from '@rivulet/api'
import { isId, newId, Prisma } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import { Like, LikeParams } from './schemas.ts'

/**
 * A funded like as it is usually written: one interactive transaction, a statement for each thing there is to do, the
 * row that everybody wants last. The books are two plain tables; everything else are the product's own.
 */
export const prismaRoutes: Room = async (app, { db, rules }: Deps) => {
  const { prisma } = db

  app.put(
    '/posts/:id/prisma',
    operation({
      id: 'benchPrisma',
      summary: 'A like in one interactive transaction',
      tag: 'bench',
      session: 'required',
      params: LikeParams,
      answers: { 200: Like },
      refuses: ['post_not_found'],
    }),
    async (request) => {
      const postId = request.params.id
      if (!isId(postId)) throw problem('post_not_found')
      const actorId = viewer(request).memberId
      const rate = rules.rates.like
      return prisma.$transaction(
        async (tx) => {
          const post = await tx.post.findUnique({ where: { id: postId }, include: { author: true } })
          if (!post || post.deletedAt) throw problem('post_not_found')
          const actor = await tx.member.findUniqueOrThrow({ where: { id: actorId } })
          const youngest = Math.max(post.author.createdAt.getTime(), actor.createdAt.getTime())
          const hold = Date.now() - youngest < rules.youngSeconds * 1000 ? 'young' : 'normal'
          const period = BigInt(Math.floor(Date.now() / 1000 / rules.periodSeconds))
          const key = { actorId, postId, kind: 'like' } as const
          const before = await tx.interaction.findUnique({ where: { actorId_postId_kind: key } })
          if (before?.active)
            return {
              liked: true,
              likes: post.likesCount,
              credited: formatAmount(before.credited),
              unfunded: before.unfunded,
            }

          const paid = await tx.$executeRaw(
            Prisma.sql`update bench.account set balance = balance - ${rate}
                       where ref = ${`${actorId}:pledge`} and balance >= ${rate}`,
          )
          const credited = paid === 1 ? rate : 0n
          const interaction = before
            ? await tx.interaction.update({
                where: { id: before.id },
                data: { active: true, credited, unfunded: paid === 0, period },
              })
            : await tx.interaction.create({
                data: { id: newId(), ...key, active: true, credited, unfunded: paid === 0, period },
              })
          if (paid === 1) {
            const id = newId()
            await tx.$executeRaw(
              Prisma.sql`insert into bench.transfer (id, leg, debit, credit, amount, code)
                         values (${id}::uuid, 0, ${`${actorId}:pledge`}, ${`${post.authorId}:pending`}, ${rate}, 2)`,
            )
            await tx.receipt.create({
              data: {
                id,
                interactionId: interaction.id,
                payerId: actorId,
                receiverId: post.authorId,
                postId,
                kind: 'like',
                stream: 2,
                source: 'pledge',
                gross: rate,
                period,
                hold,
                ruleVersion: rules.version,
                weight: 1,
                totalWeight: 1,
                clearsAt: new Date(
                  (Number(period) + 1) * rules.periodSeconds * 1000 + rules.holds[hold] * 1000,
                ),
              },
            })
            await tx.$executeRaw(
              Prisma.sql`update bench.account set balance = balance + ${rate} where ref = ${`${post.authorId}:pending`}`,
            )
          }
          const after = await tx.post.update({
            where: { id: postId },
            data: { likesCount: { increment: 1 }, earned: { increment: credited } },
            select: { likesCount: true },
          })
          return {
            liked: true,
            likes: after.likesCount,
            credited: formatAmount(credited),
            unfunded: paid === 0,
          }
        },
        { maxWait: 30_000, timeout: 30_000 },
      )
    },
  )
}
