-- Withdrawals for grown-ups: which transaction ended one, a member's quotes, and what of a member's is not finished.

-- AlterTable
ALTER TABLE "withdrawals" ADD COLUMN     "tx_hash" TEXT;

-- CreateIndex
CREATE INDEX "withdrawal_quotes_member_id_expires_at_idx" ON "withdrawal_quotes"("member_id", "expires_at");

-- CreateIndex
CREATE INDEX "withdrawals_unfinished_idx" ON "withdrawals"("member_id") WHERE (status <> ALL (ARRAY['confirmed'::withdrawal_status, 'cancelled'::withdrawal_status, 'refunded'::withdrawal_status]));
