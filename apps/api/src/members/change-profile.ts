import { Prisma, type PrismaClient } from '@rivulet/db'

export type ProfileChange = { handle?: string | null; displayName?: string; bio?: string }

export type ChangeProfileResult = { ok: true } | { ok: false; code: 'handle_taken' }

const UNIQUE_VIOLATION = 'P2002'

/** Changes what is given of a member's profile; a handle of null gives the handle up. */
export async function changeProfile(
  prisma: PrismaClient,
  memberId: string,
  change: ProfileChange,
): Promise<ChangeProfileResult> {
  try {
    await prisma.member.update({ where: { id: memberId }, data: change, select: { id: true } })
    return { ok: true }
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_VIOLATION)
      return { ok: false, code: 'handle_taken' }
    throw error
  }
}
