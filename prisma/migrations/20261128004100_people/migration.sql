-- People: whom a member mutes, what they want to find again, handles that nobody can mistake, and lists of who follows whom.

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "skeleton" TEXT;

-- CreateTable
CREATE TABLE "mutes" (
    "muter_id" UUID NOT NULL,
    "muted_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mutes_pkey" PRIMARY KEY ("muter_id","muted_id")
);

-- CreateTable
CREATE TABLE "kept_handles" (
    "skeleton" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "member_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "kept_handles_pkey" PRIMARY KEY ("skeleton")
);

-- CreateTable
CREATE TABLE "bookmarks" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,

    CONSTRAINT "bookmarks_pkey" PRIMARY KEY ("id")
);

-- What Prisma cannot say.

-- What a handle (a-z, 0-9, _ and -) looks like; apps/api/src/members/skeleton.ts is the same rule. Letters are only ever
-- taken apart, never put together, so the order of the steps does not matter and what looks alike ends alike.
CREATE FUNCTION handle_skeleton(handle text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN rtrim(
  regexp_replace(
    replace(replace(replace(translate(handle, 'i10-', 'llo_'), 'm', 'rn'), 'w', 'vv'), 'd', 'cl'),
    '_+', '_', 'g'),
  '_');

-- Of those that look alike already, the oldest member's has the skeleton. The others keep theirs as they are, and the
-- oldest of these is whom it is kept for, so that no third one gets it when the first gives it up.
WITH firsts AS (
  SELECT DISTINCT ON (handle_skeleton(handle)) id, handle_skeleton(handle) AS skeleton
  FROM members WHERE handle IS NOT NULL ORDER BY handle_skeleton(handle), id
)
UPDATE members SET skeleton = firsts.skeleton FROM firsts WHERE firsts.id = members.id;

INSERT INTO kept_handles (skeleton, handle, member_id, until)
SELECT DISTINCT ON (handle_skeleton(handle)) handle_skeleton(handle), handle, id, 'infinity'
FROM members WHERE handle IS NOT NULL AND skeleton IS NULL ORDER BY handle_skeleton(handle), id;

-- CreateIndex
CREATE UNIQUE INDEX "members_skeleton_key" ON "members"("skeleton");

-- CreateIndex
CREATE INDEX "kept_handles_member_id_idx" ON "kept_handles"("member_id");

-- CreateIndex
CREATE UNIQUE INDEX "bookmarks_member_id_post_id_key" ON "bookmarks"("member_id", "post_id");

-- CreateIndex
CREATE INDEX "bookmarks_member_id_id_idx" ON "bookmarks"("member_id", "id");

-- DropIndex
DROP INDEX "follows_followee_id_created_at_idx";

-- CreateIndex
CREATE INDEX "follows_followee_id_created_at_follower_id_idx" ON "follows"("followee_id", "created_at", "follower_id");

-- CreateIndex
CREATE INDEX "follows_follower_id_created_at_followee_id_idx" ON "follows"("follower_id", "created_at", "followee_id");

ALTER TABLE "members" ADD CONSTRAINT "members_skeleton_check"
  CHECK (skeleton IS NULL OR (handle IS NOT NULL AND skeleton = handle_skeleton(handle)));
ALTER TABLE "mutes" ADD CONSTRAINT "mutes_not_oneself_check" CHECK (muter_id <> muted_id);

GRANT SELECT, INSERT, DELETE ON "mutes", "bookmarks" TO rivulet_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "kept_handles" TO rivulet_app;
