-- Who did what a notification tells of, and what members wish to be told.

-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "actor_id" UUID;

-- CreateTable
CREATE TABLE "notification_preferences" (
    "member_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "in_app" BOOLEAN NOT NULL,
    "only_following" BOOLEAN NOT NULL,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("member_id","kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "notifications_follow_key" ON "notifications"("member_id", "actor_id") WHERE ((kind = 'follow'::text) AND (read_at IS NULL));

-- CreateIndex
CREATE INDEX "notifications_unread_idx" ON "notifications"("member_id", "id") WHERE (read_at IS NULL);

GRANT SELECT, INSERT, UPDATE ON "notification_preferences" TO rivulet_app;
