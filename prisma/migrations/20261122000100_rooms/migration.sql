-- The rooms of the product. The ledger has its own migration and its own schema.

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "chain_transaction_status" AS ENUM ('reserved', 'signed', 'mined', 'final');

-- CreateEnum
CREATE TYPE "interaction_kind" AS ENUM ('like', 'read', 'comment', 'repost');

-- CreateEnum
CREATE TYPE "credit_source" AS ENUM ('budget', 'pledge');

-- CreateEnum
CREATE TYPE "hold" AS ENUM ('normal', 'young', 'views');

-- CreateEnum
CREATE TYPE "post_kind" AS ENUM ('note', 'article');

-- CreateEnum
CREATE TYPE "epoch_status" AS ENUM ('built', 'committed', 'active', 'settled', 'voided');

-- CreateEnum
CREATE TYPE "withdrawal_status" AS ENUM ('requested', 'held', 'settling', 'submitted', 'confirmed', 'cancelled', 'owed', 'refunded');

-- CreateEnum
CREATE TYPE "withdrawal_lane" AS ENUM ('push', 'pull');

-- CreateTable
CREATE TABLE "chain_cursor" (
    "chain_id" BIGINT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_hash" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_cursor_pkey" PRIMARY KEY ("chain_id")
);

-- CreateTable
CREATE TABLE "chain_events" (
    "id" UUID NOT NULL,
    "chain_id" BIGINT NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "block_number" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "account" TEXT,
    "amount" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vault_accounts" (
    "index" BIGSERIAL NOT NULL,
    "address" TEXT NOT NULL,
    "member_id" UUID,
    "authorised" BIGINT NOT NULL DEFAULT 0,
    "deposited" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "vault_accounts_pkey" PRIMARY KEY ("index")
);

-- CreateTable
CREATE TABLE "chain_transactions" (
    "id" UUID NOT NULL,
    "chain_id" BIGINT NOT NULL,
    "signer" TEXT NOT NULL,
    "nonce" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "gas_limit" BIGINT NOT NULL,
    "status" "chain_transaction_status" NOT NULL DEFAULT 'reserved',
    "hash" TEXT,
    "block_number" BIGINT,
    "succeeded" BOOLEAN,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_transactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_attempts" (
    "id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "raw" TEXT NOT NULL,
    "max_fee_per_gas" BIGINT NOT NULL,
    "max_priority_fee_per_gas" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interactions" (
    "id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "kind" "interaction_kind" NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "credited" BIGINT NOT NULL DEFAULT 0,
    "unfunded" BOOLEAN NOT NULL DEFAULT false,
    "reversals" INTEGER NOT NULL DEFAULT 0,
    "period" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "interactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipts" (
    "id" UUID NOT NULL,
    "interaction_id" UUID NOT NULL,
    "payer_id" UUID NOT NULL,
    "receiver_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "kind" "interaction_kind" NOT NULL,
    "source" "credit_source" NOT NULL,
    "gross" BIGINT NOT NULL,
    "period" BIGINT NOT NULL,
    "hold" "hold" NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "weight" INTEGER NOT NULL,
    "total_weight" INTEGER NOT NULL,
    "clears_at" TIMESTAMPTZ(3) NOT NULL,
    "reversal_id" UUID,
    "clearing_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "receipts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clearings" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "period" BIGINT NOT NULL,
    "hold" "hold" NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "gross" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "clearings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "handle" TEXT,
    "display_name" TEXT NOT NULL DEFAULT '',
    "bio" TEXT NOT NULL DEFAULT '',
    "exit_secret" BYTEA NOT NULL,
    "first_sign_in_at" TIMESTAMPTZ(3),
    "followers_count" INTEGER NOT NULL DEFAULT 0,
    "following_count" INTEGER NOT NULL DEFAULT 0,
    "posts_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_nonces" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_nonces_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "follows" (
    "follower_id" UUID NOT NULL,
    "followee_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "follows_pkey" PRIMARY KEY ("follower_id","followee_id")
);

-- CreateTable
CREATE TABLE "posts" (
    "id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "kind" "post_kind" NOT NULL,
    "title" TEXT,
    "text" TEXT NOT NULL,
    "reply_to" UUID,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "likes_count" INTEGER NOT NULL DEFAULT 0,
    "comments_count" INTEGER NOT NULL DEFAULT 0,
    "reposts_count" INTEGER NOT NULL DEFAULT 0,
    "earned" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "epochs" (
    "number" INTEGER NOT NULL,
    "status" "epoch_status" NOT NULL DEFAULT 'built',
    "root" TEXT NOT NULL,
    "payout_root" TEXT NOT NULL,
    "gross" BIGINT NOT NULL,
    "authorised_total" BIGINT NOT NULL,
    "depth" INTEGER NOT NULL,
    "deposits_seen" BIGINT NOT NULL,
    "payout_total" BIGINT NOT NULL,
    "expected_executed" TEXT NOT NULL,
    "data_hash" TEXT NOT NULL,
    "snapshot_block" BIGINT NOT NULL,
    "snapshot_legs" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "epochs_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "epoch_leaves" (
    "epoch" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "account" TEXT NOT NULL,
    "authorised" BIGINT NOT NULL,
    "spendable" BIGINT NOT NULL,
    "held" BIGINT NOT NULL,
    "deposited" BIGINT NOT NULL,
    "payout" BIGINT NOT NULL,
    "batch" INTEGER NOT NULL,
    "salt" TEXT NOT NULL,

    CONSTRAINT "epoch_leaves_pkey" PRIMARY KEY ("epoch","index")
);

-- CreateTable
CREATE TABLE "epoch_batches" (
    "epoch" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "records" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "tx_hash" TEXT,

    CONSTRAINT "epoch_batches_pkey" PRIMARY KEY ("epoch","index")
);

-- CreateTable
CREATE TABLE "tips" (
    "id" UUID NOT NULL,
    "payer_id" UUID NOT NULL,
    "post_id" UUID,
    "receiver_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "fee" BIGINT NOT NULL,
    "message" TEXT,
    "anonymous" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tips_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pledge_moves" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pledge_moves_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawals" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "to" TEXT NOT NULL,
    "lane" "withdrawal_lane" NOT NULL,
    "status" "withdrawal_status" NOT NULL,
    "epoch" INTEGER,
    "batch" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "withdrawals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawal_transitions" (
    "withdrawal_id" UUID NOT NULL,
    "status" "withdrawal_status" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "withdrawal_transitions_pkey" PRIMARY KEY ("withdrawal_id","status")
);

-- CreateTable
CREATE TABLE "idempotency_records" (
    "member_id" UUID NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_records_pkey" PRIMARY KEY ("member_id","route","key")
);

-- CreateIndex
CREATE INDEX "chain_events_account_idx" ON "chain_events"("account");

-- CreateIndex
CREATE UNIQUE INDEX "chain_events_chain_id_tx_hash_log_index_key" ON "chain_events"("chain_id", "tx_hash", "log_index");

-- CreateIndex
CREATE UNIQUE INDEX "vault_accounts_address_key" ON "vault_accounts"("address");

-- CreateIndex
CREATE UNIQUE INDEX "vault_accounts_member_id_key" ON "vault_accounts"("member_id");

-- CreateIndex
CREATE UNIQUE INDEX "chain_transactions_purpose_key" ON "chain_transactions"("purpose");

-- CreateIndex
CREATE INDEX "chain_transactions_open_idx" ON "chain_transactions"("id") WHERE (status <> 'final'::chain_transaction_status);

-- CreateIndex
CREATE UNIQUE INDEX "chain_transactions_chain_id_signer_nonce_key" ON "chain_transactions"("chain_id", "signer", "nonce");

-- CreateIndex
CREATE UNIQUE INDEX "chain_attempts_hash_key" ON "chain_attempts"("hash");

-- CreateIndex
CREATE INDEX "chain_attempts_transaction_id_idx" ON "chain_attempts"("transaction_id");

-- CreateIndex
CREATE INDEX "interactions_post_id_kind_idx" ON "interactions"("post_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "interactions_actor_id_post_id_kind_key" ON "interactions"("actor_id", "post_id", "kind");

-- CreateIndex
CREATE INDEX "receipts_interaction_id_idx" ON "receipts"("interaction_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipts_reversal_id_key" ON "receipts"("reversal_id");

-- CreateIndex
CREATE INDEX "receipts_due_idx" ON "receipts"("clears_at", "receiver_id") WHERE (clearing_id IS NULL AND reversal_id IS NULL);

-- CreateIndex
CREATE INDEX "receipts_receiver_id_period_hold_idx" ON "receipts"("receiver_id", "period", "hold");

-- CreateIndex
CREATE UNIQUE INDEX "clearings_member_id_period_hold_ordinal_key" ON "clearings"("member_id", "period", "hold", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "members_address_key" ON "members"("address");

-- CreateIndex
CREATE UNIQUE INDEX "members_handle_key" ON "members"("handle");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_member_id_idx" ON "sessions"("member_id");

-- CreateIndex
CREATE INDEX "sign_in_nonces_expires_at_idx" ON "sign_in_nonces"("expires_at");

-- CreateIndex
CREATE INDEX "follows_followee_id_created_at_idx" ON "follows"("followee_id", "created_at");

-- CreateIndex
CREATE INDEX "posts_author_id_id_idx" ON "posts"("author_id", "id");

-- CreateIndex
CREATE INDEX "posts_reply_to_id_idx" ON "posts"("reply_to", "id");

-- CreateIndex
CREATE INDEX "posts_author_top_level_idx" ON "posts"("author_id", "id") WHERE (reply_to IS NULL AND deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "posts_top_level_idx" ON "posts"("id") WHERE (reply_to IS NULL AND deleted_at IS NULL);

-- CreateIndex
CREATE INDEX "tips_receiver_id_id_idx" ON "tips"("receiver_id", "id");

-- CreateIndex
CREATE INDEX "tips_payer_id_id_idx" ON "tips"("payer_id", "id");

-- CreateIndex
CREATE INDEX "withdrawals_member_id_id_idx" ON "withdrawals"("member_id", "id");

-- CreateIndex
CREATE INDEX "withdrawals_requested_idx" ON "withdrawals"("id") WHERE (status = 'requested'::withdrawal_status);

-- CreateIndex
CREATE INDEX "withdrawals_epoch_batch_idx" ON "withdrawals"("epoch", "batch");

-- AddForeignKey
ALTER TABLE "vault_accounts" ADD CONSTRAINT "vault_accounts_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chain_attempts" ADD CONSTRAINT "chain_attempts_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "chain_transactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_interaction_id_fkey" FOREIGN KEY ("interaction_id") REFERENCES "interactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_clearing_id_fkey" FOREIGN KEY ("clearing_id") REFERENCES "clearings"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "follows" ADD CONSTRAINT "follows_follower_id_fkey" FOREIGN KEY ("follower_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "follows" ADD CONSTRAINT "follows_followee_id_fkey" FOREIGN KEY ("followee_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "posts" ADD CONSTRAINT "posts_reply_to_fkey" FOREIGN KEY ("reply_to") REFERENCES "posts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epoch_leaves" ADD CONSTRAINT "epoch_leaves_epoch_fkey" FOREIGN KEY ("epoch") REFERENCES "epochs"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epoch_batches" ADD CONSTRAINT "epoch_batches_epoch_fkey" FOREIGN KEY ("epoch") REFERENCES "epochs"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_epoch_batch_fkey" FOREIGN KEY ("epoch", "batch") REFERENCES "epoch_batches"("epoch", "index") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawal_transitions" ADD CONSTRAINT "withdrawal_transitions_withdrawal_id_fkey" FOREIGN KEY ("withdrawal_id") REFERENCES "withdrawals"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What Prisma cannot say.
ALTER TABLE "interactions" ADD CONSTRAINT "interactions_credited_check" CHECK (credited >= 0),
  ADD CONSTRAINT "interactions_reversals_check" CHECK (reversals >= 0);
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_gross_check" CHECK (gross > 0),
  ADD CONSTRAINT "receipts_one_end_check" CHECK (reversal_id IS NULL OR clearing_id IS NULL),
  ADD CONSTRAINT "receipts_not_oneself_check" CHECK (payer_id <> receiver_id);
ALTER TABLE "clearings" ADD CONSTRAINT "clearings_amounts_check" CHECK (gross > 0 AND fee >= 0 AND fee <= gross);
ALTER TABLE "tips" ADD CONSTRAINT "tips_amounts_check" CHECK (fee >= 0 AND amount > fee),
  ADD CONSTRAINT "tips_not_oneself_check" CHECK (payer_id <> receiver_id);
ALTER TABLE "pledge_moves" ADD CONSTRAINT "pledge_moves_amount_check" CHECK (amount <> 0);
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_amount_check" CHECK (amount > 0),
  ADD CONSTRAINT "withdrawals_epoch_check" CHECK (status IN ('requested', 'held', 'cancelled') OR epoch IS NOT NULL);
ALTER TABLE "follows" ADD CONSTRAINT "follows_not_oneself_check" CHECK (follower_id <> followee_id);
ALTER TABLE "vault_accounts" ADD CONSTRAINT "vault_accounts_amounts_check" CHECK (authorised >= 0 AND deposited >= 0);

-- A standing credit of an interaction is at most one.
CREATE UNIQUE INDEX "receipts_standing_idx" ON "receipts" ("interaction_id") WHERE (reversal_id IS NULL);

-- The app reads and writes its rooms; receipts, tips and clearings are never deleted.
GRANT USAGE ON SCHEMA public TO rivulet_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO rivulet_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rivulet_app;
GRANT DELETE ON "sessions", "sign_in_nonces", "follows" TO rivulet_app;
REVOKE UPDATE ON "tips", "pledge_moves", "clearings", "idempotency_records", "chain_events",
  "withdrawal_transitions", "epoch_leaves", "chain_attempts" FROM rivulet_app;
-- A shadow database has no record of migrations.
DO $$ BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    REVOKE INSERT, UPDATE ON "_prisma_migrations" FROM rivulet_app;
  END IF;
END $$;

-- The accounts that exist before anybody has signed in.
SELECT ledger.open(ARRAY['chain:reserve', 'chain:surplus', 'platform:revenue', 'pool:grants']);
