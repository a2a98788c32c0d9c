-- What payments between members need beyond the schema of the economy.

-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "anchor_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_standing_idx" ON "subscriptions"("payer_id", "receiver_id") WHERE (status <> 'cancelled'::subscription_status);

-- CreateIndex
CREATE INDEX "tips_post_id_id_idx" ON "tips"("post_id", "id");


-- What Prisma cannot say.
-- A tip from before there were parts has one, which is all of it less the fee.
INSERT INTO "payment_parts" ("payment_id", "leg", "receiver_id", "amount")
SELECT "id", 0, "receiver_id", "amount" - "fee" FROM "tips"
WHERE "amount" > "fee" AND NOT EXISTS (SELECT FROM "payment_parts" p WHERE p."payment_id" = "tips"."id");
