-- What a receipt of a period's close is recomputed from, and how receipts are found from their closing and their clearing.
-- A like touches neither index: rows enter them when a period closes, and when they clear.
ALTER TABLE "receipts" ADD COLUMN "budget" BIGINT;

-- CreateIndex
CREATE INDEX "receipts_closing_idx" ON "receipts"("payer_id", "period") WHERE (closing);

-- CreateIndex
CREATE INDEX "receipts_clearing_idx" ON "receipts"("clearing_id") WHERE (clearing_id IS NOT NULL);


-- What Prisma cannot say.
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_budget_check" CHECK ("budget" > 0 AND "closing" OR "budget" IS NULL);
