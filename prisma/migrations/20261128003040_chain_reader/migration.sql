-- When a deposit that is not final was first seen; and a member's deposits in the order of the chain.

-- AlterTable
ALTER TABLE "seen_deposits" ADD COLUMN     "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- DropIndex
DROP INDEX "chain_events_account_idx";

-- CreateIndex
CREATE INDEX "chain_events_account_block_number_log_index_idx" ON "chain_events"("account", "block_number", "log_index");
