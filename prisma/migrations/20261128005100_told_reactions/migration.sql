-- Notifications of likes and reposts, one for all that came to a post since its author last read: what is counted in
-- which, what was taken back or made again since, and how far the worker has come. Interactions get no column and no index.

-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "actor_ids" UUID[],
ADD COLUMN     "count" INTEGER,
ADD COLUMN     "group_id" UUID;

-- CreateTable
CREATE TABLE "told_reactions" (
    "interaction_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,

    CONSTRAINT "told_reactions_pkey" PRIMARY KEY ("interaction_id")
);

-- CreateTable
CREATE TABLE "turned_reactions" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "interaction_id" UUID NOT NULL,

    CONSTRAINT "turned_reactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reaction_position" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "read_to" UUID NOT NULL,
    "settled_to" UUID NOT NULL,
    "settled_until" UUID NOT NULL,
    "mark_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "mark_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "reaction_position_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "told_reactions_group_id_interaction_id_idx" ON "told_reactions"("group_id", "interaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_group_key" ON "notifications"("ref_id", "kind") WHERE ((group_id IS NOT NULL) AND (read_at IS NULL));

-- CreateIndex
CREATE INDEX "notifications_closed_groups_idx" ON "notifications"("group_id") WHERE ((group_id IS NOT NULL) AND (read_at IS NOT NULL));

-- CreateIndex
CREATE INDEX "notifications_read_idx" ON "notifications"("id") WHERE (read_at IS NOT NULL);

ALTER TABLE "notifications"
  ADD CONSTRAINT "notifications_group_check" CHECK (("count" IS NULL) = ("actor_ids" IS NULL) AND ("group_id" IS NULL OR "count" IS NOT NULL)),
  ADD CONSTRAINT "notifications_count_check" CHECK ("count" > 0);
ALTER TABLE "reaction_position" ADD CONSTRAINT "reaction_position_check" CHECK ("id" = 1);

-- Likes and reposts of before are not told: the position is now, as an id (RFC 9562, 5.7).
INSERT INTO "reaction_position" ("read_to", "settled_to", "settled_until")
SELECT now_id, now_id, now_id
FROM (SELECT (lpad(to_hex(floor(extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid AS now_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON "told_reactions" TO rivulet_app;
-- UPDATE: to lock those that are taken out.
GRANT SELECT, INSERT, UPDATE, DELETE ON "turned_reactions" TO rivulet_app;
GRANT SELECT, UPDATE ON "reaction_position" TO rivulet_app;
