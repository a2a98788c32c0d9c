-- Settlement in full: checked and discarded epochs, what a proof and a leaf file need, forced exits, blocks that are
-- not final yet, withdrawals to other addresses, and what members are told.

-- AlterEnum
ALTER TYPE "epoch_status" ADD VALUE 'checked' BEFORE 'committed';

-- AlterTable
ALTER TABLE "epochs" ADD COLUMN     "attempt" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "snapshot" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "vault_accounts" ADD COLUMN     "claimed" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "withdrawals" ADD COLUMN     "automatic" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "claimed" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "forced" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "held_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "vault_readers" (
    "index" BIGINT NOT NULL,
    "member_id" UUID NOT NULL,
    CONSTRAINT "vault_readers_pkey" PRIMARY KEY ("index","member_id")
);

-- CreateTable
CREATE TABLE "exit_requests" (
    "id" UUID NOT NULL,
    "index" BIGINT NOT NULL,
    "deadline" BIGINT NOT NULL,
    "opened_block" BIGINT NOT NULL,
    "resolved_block" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "exit_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chain_blocks" (
    "chain_id" BIGINT NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "parent_hash" TEXT NOT NULL,
    CONSTRAINT "chain_blocks_pkey" PRIMARY KEY ("chain_id","number")
);

-- CreateTable
CREATE TABLE "seen_deposits" (
    "chain_id" BIGINT NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "block_number" BIGINT NOT NULL,
    "account" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    CONSTRAINT "seen_deposits_pkey" PRIMARY KEY ("chain_id","tx_hash","log_index")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "ref_id" UUID,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(3),
    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "epoch_nodes" (
    "epoch" INTEGER NOT NULL,
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "sum" BIGINT NOT NULL,
    CONSTRAINT "epoch_nodes_pkey" PRIMARY KEY ("epoch","level","index")
);

-- CreateTable
CREATE TABLE "epoch_file_parts" (
    "epoch" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "epoch_file_parts_pkey" PRIMARY KEY ("epoch","part")
);

-- CreateTable
CREATE TABLE "epoch_checks" (
    "id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "detail" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "epoch_checks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "discarded_epochs" (
    "number" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "root" TEXT NOT NULL,
    "data_hash" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "discarded_epochs_pkey" PRIMARY KEY ("number","attempt")
);

-- CreateTable
CREATE TABLE "withdrawal_destinations" (
    "member_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "withdrawal_destinations_pkey" PRIMARY KEY ("member_id","address")
);

-- CreateTable
CREATE TABLE "withdrawal_quotes" (
    "nonce" BYTEA NOT NULL,
    "member_id" UUID NOT NULL,
    "to" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    CONSTRAINT "withdrawal_quotes_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "auto_withdrawals" (
    "member_id" UUID NOT NULL,
    "threshold" BIGINT NOT NULL,
    "rest" BIGINT NOT NULL,
    "lane" "withdrawal_lane" NOT NULL,
    CONSTRAINT "auto_withdrawals_pkey" PRIMARY KEY ("member_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exit_requests_open_idx" ON "exit_requests"("index") WHERE (resolved_block IS NULL);

-- CreateIndex
CREATE INDEX "seen_deposits_account_idx" ON "seen_deposits"("account");

-- CreateIndex
CREATE INDEX "seen_deposits_chain_id_block_number_idx" ON "seen_deposits"("chain_id", "block_number");

-- CreateIndex
CREATE INDEX "notifications_member_id_id_idx" ON "notifications"("member_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "epoch_checks_number_attempt_key" ON "epoch_checks"("number", "attempt");

-- CreateIndex
CREATE INDEX "withdrawal_quotes_expires_at_idx" ON "withdrawal_quotes"("expires_at");

-- CreateIndex
CREATE INDEX "withdrawals_held_idx" ON "withdrawals"("held_until") WHERE (status = 'held'::withdrawal_status);

-- AddForeignKey
ALTER TABLE "vault_readers" ADD CONSTRAINT "vault_readers_index_fkey" FOREIGN KEY ("index") REFERENCES "vault_accounts"("index") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vault_readers" ADD CONSTRAINT "vault_readers_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exit_requests" ADD CONSTRAINT "exit_requests_index_fkey" FOREIGN KEY ("index") REFERENCES "vault_accounts"("index") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epoch_nodes" ADD CONSTRAINT "epoch_nodes_epoch_fkey" FOREIGN KEY ("epoch") REFERENCES "epochs"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "epoch_file_parts" ADD CONSTRAINT "epoch_file_parts_epoch_fkey" FOREIGN KEY ("epoch") REFERENCES "epochs"("number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawal_destinations" ADD CONSTRAINT "withdrawal_destinations_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "withdrawal_quotes" ADD CONSTRAINT "withdrawal_quotes_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auto_withdrawals" ADD CONSTRAINT "auto_withdrawals_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "members"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say.
ALTER TABLE "vault_accounts" ADD CONSTRAINT "vault_accounts_claimed_check" CHECK (claimed >= 0 AND claimed <= authorised);
ALTER TABLE "withdrawals" ADD CONSTRAINT "withdrawals_claimed_check" CHECK (claimed >= 0 AND claimed <= amount),
  ADD CONSTRAINT "withdrawals_held_check" CHECK (status <> 'held' OR held_until IS NOT NULL);
ALTER TABLE "withdrawal_quotes" ADD CONSTRAINT "withdrawal_quotes_check" CHECK (length(nonce) = 32 AND amount > 0);
ALTER TABLE "auto_withdrawals" ADD CONSTRAINT "auto_withdrawals_check" CHECK (rest >= 0 AND threshold > rest);
ALTER TABLE "epoch_checks" ADD CONSTRAINT "epoch_checks_attempt_check" CHECK (attempt >= 1);

GRANT SELECT, INSERT ON "vault_readers", "epoch_nodes", "epoch_file_parts", "epoch_checks", "discarded_epochs",
  "withdrawal_destinations" TO rivulet_app;
GRANT SELECT, INSERT, UPDATE ON "exit_requests", "chain_blocks", "seen_deposits", "notifications", "withdrawal_quotes",
  "auto_withdrawals" TO rivulet_app;
-- What is discarded, or old, is built anew or of no use: the ledger and the chain tell what was.
GRANT DELETE ON "epochs", "epoch_leaves", "epoch_batches", "epoch_nodes", "epoch_file_parts", "chain_blocks", "seen_deposits",
  "withdrawal_quotes", "auto_withdrawals" TO rivulet_app;
