-- What a stream goes on from, and the tickets that open one.

-- The transaction that wrote a row: with the snapshot a reader had, it says exactly whether that reader has seen it.
-- AlterTable
ALTER TABLE "notifications" ADD COLUMN     "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateTable
CREATE TABLE "stream_tickets" (
    "ticket_hash" BYTEA NOT NULL,
    "member_id" UUID NOT NULL,
    "session_id" UUID,
    "key_hash" BYTEA,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stream_tickets_pkey" PRIMARY KEY ("ticket_hash")
);

-- CreateIndex
CREATE INDEX "stream_tickets_expires_at_idx" ON "stream_tickets"("expires_at");

-- CreateIndex
CREATE INDEX "notifications_member_id_xid_idx" ON "notifications"("member_id", "xid");

-- CreateIndex
CREATE INDEX "posts_top_level_xid_idx" ON "posts"("xid") WHERE (reply_to IS NULL);

-- UPDATE: to lock those that are swept up.
GRANT SELECT, INSERT, UPDATE, DELETE ON "stream_tickets" TO rivulet_app;
