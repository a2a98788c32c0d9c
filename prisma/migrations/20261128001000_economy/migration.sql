-- The whole economy: campaigns and views, periods, shares and splits, subscriptions, unlocks, keys, grants, blocks.

-- CreateEnum
CREATE TYPE "campaign_status" AS ENUM ('active', 'closing', 'closed');

-- CreateEnum
CREATE TYPE "view_status" AS ENUM ('open', 'paid', 'expired');

-- CreateEnum
CREATE TYPE "dispute_status" AS ENUM ('open', 'upheld', 'rejected');

-- CreateEnum
CREATE TYPE "credit_kind" AS ENUM ('like', 'read', 'comment', 'repost', 'view');

-- CreateEnum
CREATE TYPE "receipt_role" AS ENUM ('author', 'sharer', 'viewer');

-- CreateEnum
CREATE TYPE "subscription_interval" AS ENUM ('day', 'week', 'month');

-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('active', 'past_due', 'cancelled');

-- CreateEnum
CREATE TYPE "period_status" AS ENUM ('closing', 'closed');

-- AlterEnum
ALTER TYPE "credit_source" ADD VALUE 'campaign';

-- DropIndex
DROP INDEX "receipts_reversal_idx";

-- DropIndex
DROP INDEX "receipts_standing_idx";

-- AlterTable
ALTER TABLE "interactions" ADD COLUMN     "sharer_id" UUID,
ADD COLUMN     "via_id" UUID;

-- AlterTable
ALTER TABLE "members" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "suspended_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "price" BIGINT,
ADD COLUMN     "quote_of" UUID,
ADD COLUMN     "split_bps" INTEGER[],
ADD COLUMN     "split_members" UUID[];

-- AlterTable
ALTER TABLE "receipts" DROP CONSTRAINT "receipts_pkey",
ADD COLUMN     "closing" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "leg" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "posting_id" UUID,
ADD COLUMN     "role" "receipt_role" NOT NULL DEFAULT 'author',
ADD COLUMN     "stream" SMALLINT,
ADD COLUMN     "via_id" UUID,
ALTER COLUMN "kind" TYPE "credit_kind" USING "kind"::text::"credit_kind",
ALTER COLUMN "weight" SET DATA TYPE BIGINT,
ALTER COLUMN "total_weight" SET DATA TYPE BIGINT,
ADD CONSTRAINT "receipts_pkey" PRIMARY KEY ("id", "leg");

-- As the books number the streams.
UPDATE "receipts" SET "stream" = CASE "kind" WHEN 'like' THEN 2 WHEN 'read' THEN 3 WHEN 'comment' THEN 4 ELSE 5 END;
ALTER TABLE "receipts" ALTER COLUMN "stream" SET NOT NULL;

-- AlterTable
ALTER TABLE "tips" ADD COLUMN     "rule_version" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "campaigns" (
    "id" UUID NOT NULL,
    "sponsor_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "budget" BIGINT NOT NULL,
    "price_per_view" BIGINT NOT NULL,
    "tags" TEXT[],
    "daily_cap_per_member" INTEGER NOT NULL,
    "min_viewer_age_days" INTEGER,
    "min_viewer_deposit" BIGINT,
    "status" "campaign_status" NOT NULL DEFAULT 'active',
    "last_served_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "campaigns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "views" (
    "id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "price" BIGINT NOT NULL,
    "viewer_amount" BIGINT NOT NULL DEFAULT 0,
    "budget_amount" BIGINT NOT NULL DEFAULT 0,
    "author_amount" BIGINT NOT NULL DEFAULT 0,
    "platform_amount" BIGINT NOT NULL DEFAULT 0,
    "status" "view_status" NOT NULL DEFAULT 'open',
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "period" BIGINT,
    "rule_version" INTEGER NOT NULL,
    "void_id" UUID,

    CONSTRAINT "views_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "view_refusals" (
    "campaign_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "view_refusals_pkey" PRIMARY KEY ("campaign_id","day","reason")
);

-- CreateTable
CREATE TABLE "disputes" (
    "id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "status" "dispute_status" NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "view_voids" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "note" TEXT NOT NULL,
    "views" INTEGER NOT NULL,
    "returned" BIGINT NOT NULL,
    "borne" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "view_voids_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "blocks" (
    "blocker_id" UUID NOT NULL,
    "blocked_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blocks_pkey" PRIMARY KEY ("blocker_id","blocked_id")
);

-- CreateTable
CREATE TABLE "split_consents" (
    "member_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "split_consents_pkey" PRIMARY KEY ("member_id","author_id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "daily_spend_limit" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_spends" (
    "key_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "api_key_spends_pkey" PRIMARY KEY ("key_id","day")
);

-- CreateTable
CREATE TABLE "feed_servings" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "post_ids" UUID[],
    "via_ids" UUID[],

    CONSTRAINT "feed_servings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_parts" (
    "payment_id" UUID NOT NULL,
    "leg" INTEGER NOT NULL,
    "receiver_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "payment_parts_pkey" PRIMARY KEY ("payment_id","leg")
);

-- CreateTable
CREATE TABLE "unlocks" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "payer_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "unlocks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "id" UUID NOT NULL,
    "payer_id" UUID NOT NULL,
    "receiver_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "interval" "subscription_interval" NOT NULL,
    "status" "subscription_status" NOT NULL DEFAULT 'active',
    "charges" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cancelled_at" TIMESTAMPTZ(3),

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription_charges" (
    "id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_charges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grants" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant_totals" (
    "day" DATE NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "grant_totals_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "rule_versions" (
    "version" INTEGER NOT NULL,
    "rules" JSONB NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rule_versions_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "periods" (
    "number" BIGINT NOT NULL,
    "status" "period_status" NOT NULL DEFAULT 'closing',
    "rule_version" INTEGER NOT NULL,
    "cursor" BIGINT NOT NULL DEFAULT 0,
    "payers" INTEGER NOT NULL DEFAULT 0,
    "interactions" INTEGER NOT NULL DEFAULT 0,
    "paid" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "periods_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "idle_budgets" (
    "member_id" UUID NOT NULL,
    "closes" SMALLINT NOT NULL,
    "period" BIGINT NOT NULL,

    CONSTRAINT "idle_budgets_pkey" PRIMARY KEY ("member_id")
);

-- CreateIndex
CREATE INDEX "campaigns_sponsor_id_id_idx" ON "campaigns"("sponsor_id", "id");

-- CreateIndex
CREATE INDEX "campaigns_active_idx" ON "campaigns"("last_served_at") WHERE (status = 'active'::campaign_status);

-- CreateIndex
CREATE INDEX "views_expiring_idx" ON "views"("expires_at") WHERE (status = 'open'::view_status);

-- CreateIndex
CREATE INDEX "views_member_id_paid_at_idx" ON "views"("member_id", "paid_at");

-- CreateIndex
CREATE INDEX "views_campaign_id_paid_at_idx" ON "views"("campaign_id", "paid_at");

-- CreateIndex
CREATE UNIQUE INDEX "views_open_idx" ON "views"("member_id") WHERE (status = 'open'::view_status);

-- CreateIndex
CREATE UNIQUE INDEX "disputes_campaign_id_day_key" ON "disputes"("campaign_id", "day");

-- CreateIndex
CREATE INDEX "view_voids_member_id_day_idx" ON "view_voids"("member_id", "day");

-- CreateIndex
CREATE INDEX "blocks_blocked_id_blocker_id_idx" ON "blocks"("blocked_id", "blocker_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_hash_key" ON "api_keys"("key_hash");

-- CreateIndex
CREATE INDEX "api_keys_member_id_id_idx" ON "api_keys"("member_id", "id");

-- CreateIndex
CREATE INDEX "feed_servings_member_id_at_idx" ON "feed_servings"("member_id", "at");

-- CreateIndex
CREATE INDEX "feed_servings_at_idx" ON "feed_servings"("at");

-- CreateIndex
CREATE INDEX "payment_parts_receiver_id_payment_id_idx" ON "payment_parts"("receiver_id", "payment_id");

-- CreateIndex
CREATE INDEX "unlocks_payer_id_id_idx" ON "unlocks"("payer_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "unlocks_post_id_payer_id_key" ON "unlocks"("post_id", "payer_id");

-- CreateIndex
CREATE INDEX "subscriptions_payer_id_id_idx" ON "subscriptions"("payer_id", "id");

-- CreateIndex
CREATE INDEX "subscriptions_due_idx" ON "subscriptions"("next_at") WHERE (status = 'active'::subscription_status);

-- CreateIndex
CREATE UNIQUE INDEX "subscription_charges_subscription_id_ordinal_key" ON "subscription_charges"("subscription_id", "ordinal");

-- CreateIndex
CREATE INDEX "grants_member_id_day_idx" ON "grants"("member_id", "day");

-- CreateIndex
CREATE INDEX "interactions_period_idx" ON "interactions"("period", "actor_id") WHERE (active);

-- CreateIndex
CREATE INDEX "interactions_reposts_idx" ON "interactions"("actor_id", "id") WHERE (active AND (kind = 'repost'::interaction_kind));

-- CreateIndex
CREATE INDEX "posts_quote_of_id_idx" ON "posts"("quote_of", "id");

-- CreateIndex
CREATE INDEX "receipts_reversal_idx" ON "receipts"("reversal_id") WHERE (reversal_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "receipts_posting_idx" ON "receipts"("posting_id") WHERE (posting_id IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "receipts_standing_idx" ON "receipts"("interaction_id", "closing", "receiver_id", "role") WHERE (reversal_id IS NULL);

-- AddForeignKey
ALTER TABLE "views" ADD CONSTRAINT "views_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "campaigns"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_charges" ADD CONSTRAINT "subscription_charges_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What Prisma cannot say.
ALTER TABLE "posts"
  ADD CONSTRAINT "posts_splits_check" CHECK (cardinality("split_members") = cardinality("split_bps")
    AND (("split_members" IS NULL) = ("split_bps" IS NULL))),
  ADD CONSTRAINT "posts_price_check" CHECK ("price" > 0);
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_via_check" CHECK (("via_id" IS NULL) = ("sharer_id" IS NULL));
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_stream_check" CHECK ("stream" BETWEEN 1 AND 5);
ALTER TABLE "campaigns"
  ADD CONSTRAINT "campaigns_amounts_check" CHECK ("budget" >= 0 AND "price_per_view" > 0),
  ADD CONSTRAINT "campaigns_cap_check" CHECK ("daily_cap_per_member" > 0);
ALTER TABLE "views" ADD CONSTRAINT "views_amounts_check" CHECK ("price" > 0 AND "viewer_amount" >= 0 AND "budget_amount" >= 0
  AND "author_amount" >= 0 AND "platform_amount" >= 0
  AND "viewer_amount" + "budget_amount" + "author_amount" + "platform_amount" <= "price");
ALTER TABLE "view_voids" ADD CONSTRAINT "view_voids_amounts_check" CHECK ("borne" >= 0 AND "returned" >= "borne");
ALTER TABLE "payment_parts" ADD CONSTRAINT "payment_parts_amount_check" CHECK ("amount" > 0);
ALTER TABLE "unlocks" ADD CONSTRAINT "unlocks_amounts_check" CHECK ("fee" >= 0 AND "amount" > "fee");
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_amount_check" CHECK ("amount" > 0),
  ADD CONSTRAINT "subscriptions_not_oneself_check" CHECK ("payer_id" <> "receiver_id");
ALTER TABLE "subscription_charges" ADD CONSTRAINT "subscription_charges_amounts_check" CHECK ("fee" >= 0 AND "amount" > "fee");
ALTER TABLE "grants" ADD CONSTRAINT "grants_amount_check" CHECK ("amount" > 0);
ALTER TABLE "grant_totals" ADD CONSTRAINT "grant_totals_amount_check" CHECK ("amount" >= 0);
ALTER TABLE "api_key_spends" ADD CONSTRAINT "api_key_spends_amount_check" CHECK ("amount" >= 0);
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_not_oneself_check" CHECK ("blocker_id" <> "blocked_id");
ALTER TABLE "split_consents" ADD CONSTRAINT "split_consents_not_oneself_check" CHECK ("member_id" <> "author_id");

-- What it forgets costs nobody anything: after a crash feeds are served again.
ALTER TABLE "feed_servings" SET UNLOGGED;

GRANT SELECT, INSERT, UPDATE ON "campaigns", "views", "view_refusals", "disputes", "subscriptions", "api_keys",
  "api_key_spends", "grant_totals", "periods", "idle_budgets" TO rivulet_app;
GRANT SELECT, INSERT ON "view_voids", "payment_parts", "unlocks", "subscription_charges", "grants", "rule_versions"
  TO rivulet_app;
GRANT SELECT, INSERT, DELETE ON "blocks", "split_consents", "feed_servings" TO rivulet_app;
GRANT DELETE ON "idle_budgets" TO rivulet_app;
