-- Moderation: roles, reports, actions, appeals, suspensions that end, posts that were removed, and the audit log.

-- CreateEnum
CREATE TYPE "role" AS ENUM ('moderator', 'admin');

-- CreateEnum
CREATE TYPE "subject_type" AS ENUM ('post', 'member');

-- CreateEnum
CREATE TYPE "moderation_kind" AS ENUM ('dismiss', 'warn', 'remove_post', 'restore_post', 'suspend', 'lift_suspension');

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "suspended_by" UUID,
ADD COLUMN     "suspended_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "removed_by" UUID;

-- CreateTable
CREATE TABLE "roles" (
    "member_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "roles_pkey" PRIMARY KEY ("member_id","role")
);

-- CreateTable
CREATE TABLE "reports" (
    "id" UUID NOT NULL,
    "reporter_id" UUID NOT NULL,
    "subject_type" "subject_type" NOT NULL,
    "subject_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "action_id" UUID,

    CONSTRAINT "reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "moderation_actions" (
    "id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "kind" "moderation_kind" NOT NULL,
    "subject_type" "subject_type" NOT NULL,
    "subject_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "moderation_actions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "appeals" (
    "id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decision" TEXT,
    "decided_by" UUID,
    "decision_reason" TEXT,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "appeals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" UUID,
    "role" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "reason" TEXT,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "members_suspended_until_idx" ON "members"("suspended_until") WHERE (suspended_until IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "reports_open_key" ON "reports"("subject_id", "reporter_id") WHERE (action_id IS NULL);

-- CreateIndex
CREATE INDEX "reports_open_idx" ON "reports"("id") WHERE (action_id IS NULL);

-- CreateIndex
CREATE INDEX "reports_subject_id_id_idx" ON "reports"("subject_id", "id");

-- CreateIndex
CREATE INDEX "reports_reporter_id_id_idx" ON "reports"("reporter_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "appeals_action_id_key" ON "appeals"("action_id");

-- CreateIndex
CREATE INDEX "appeals_member_id_id_idx" ON "appeals"("member_id", "id");

-- CreateIndex
CREATE INDEX "appeals_open_idx" ON "appeals"("id") WHERE (decision IS NULL);

-- CreateIndex
CREATE INDEX "audit_log_actor_id_id_idx" ON "audit_log"("actor_id", "id");

-- What Prisma cannot say.

ALTER TABLE "members" ADD CONSTRAINT "members_suspended_until_check"
  CHECK (suspended_at IS NOT NULL OR (suspended_until IS NULL AND suspended_by IS NULL));
-- A removed post is gone for everybody, as a deleted one; only its text is still there.
ALTER TABLE "posts" ADD CONSTRAINT "posts_removed_by_check" CHECK (removed_by IS NULL OR deleted_at IS NOT NULL);
ALTER TABLE "appeals" ADD CONSTRAINT "appeals_decision_check" CHECK (
  (decision IS NULL AND decided_by IS NULL AND decision_reason IS NULL AND decided_at IS NULL)
  OR (decision IN ('uphold', 'overturn') AND decided_by IS NOT NULL AND decision_reason IS NOT NULL AND decided_at IS NOT NULL));
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_role_check"
  CHECK (role IN ('member', 'moderator', 'admin', 'operator', 'worker'));

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log"
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse('the audit log is append-only');

GRANT SELECT, INSERT, DELETE ON "roles" TO rivulet_app;
GRANT SELECT, INSERT, UPDATE ON "reports", "appeals" TO rivulet_app;
GRANT SELECT, INSERT ON "moderation_actions", "audit_log" TO rivulet_app;
