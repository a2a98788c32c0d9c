-- Which shares were served to whom, found by one walk down an index: docs/adr/0022.

-- CreateTable
CREATE TABLE "served_shares" (
    "member_id" UUID NOT NULL,
    "share_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "served_shares_pkey" PRIMARY KEY ("member_id","share_id")
);

-- CreateIndex
CREATE INDEX "served_shares_at_idx" ON "served_shares"("at");

-- What Prisma cannot say.
-- What it forgets costs nobody anything: after a crash feeds are served again.
ALTER TABLE "served_shares" SET UNLOGGED;

GRANT SELECT, INSERT, UPDATE, DELETE ON "served_shares" TO rivulet_app;
