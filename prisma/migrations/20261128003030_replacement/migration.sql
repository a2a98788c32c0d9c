-- Several attempts for one nonce: each has its number, so that of two workers that replace at once one is too late.
-- Those that are there are the first of theirs, and were kept at a block that nobody noted.
ALTER TABLE "chain_attempts" ADD COLUMN     "block_number" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "number" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "chain_attempts" ALTER COLUMN "block_number" DROP DEFAULT,
ALTER COLUMN "number" DROP DEFAULT;

-- DropIndex
DROP INDEX "chain_attempts_transaction_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "chain_attempts_transaction_id_number_key" ON "chain_attempts"("transaction_id", "number");
