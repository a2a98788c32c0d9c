-- What the hot path needs: the marks by which a lost answer to a COMMIT is found out.

-- CreateTable
CREATE TABLE "commit_marks" (
    "writer" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "commit_marks_pkey" PRIMARY KEY ("writer")
);


-- What Prisma cannot say.
-- A row is overwritten by each transaction of its writer: room beside it keeps that out of the index.
ALTER TABLE "commit_marks" SET (fillfactor = 20);

GRANT SELECT, INSERT, UPDATE ON "commit_marks" TO rivulet_app;

-- Indexes that nothing reads, or that another serves as well: each costs every like.

-- DropIndex
DROP INDEX "interactions_post_id_kind_idx";

-- DropIndex
DROP INDEX "receipts_interaction_id_idx";

-- DropIndex
DROP INDEX "receipts_receiver_id_period_hold_idx";

-- DropIndex
DROP INDEX "receipts_reversal_id_key";

-- CreateIndex
CREATE UNIQUE INDEX "receipts_reversal_idx" ON "receipts"("reversal_id") WHERE (reversal_id IS NOT NULL);

-- Foreign keys of the hot path: the application can remove neither a member, a post nor an interaction, and writes no
-- id that it has not just read. docs/adr/0018 says what they cost.

-- DropForeignKey
ALTER TABLE "interactions" DROP CONSTRAINT "interactions_actor_id_fkey";

-- DropForeignKey
ALTER TABLE "interactions" DROP CONSTRAINT "interactions_post_id_fkey";

-- DropForeignKey
ALTER TABLE "receipts" DROP CONSTRAINT "receipts_interaction_id_fkey";

-- Passes on what the ledger answered to the rows of a batch, or fails the statement when it was not all ok: for one that
-- is committed without another look.
CREATE FUNCTION "all_ok"(results TEXT[]) RETURNS TEXT[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF 'ok' <> ANY (results) THEN
    RAISE EXCEPTION 'the ledger answered %', results USING ERRCODE = 'RV001';
  END IF;
  RETURN results;
END $$;
