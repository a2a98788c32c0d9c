-- Signed posts: what was signed, how far each author's chain is, and the keys that wallets let sign.

-- CreateTable
CREATE TABLE "post_chains" (
    "member_id" UUID NOT NULL,
    "length" INTEGER NOT NULL DEFAULT 0,
    "head" BYTEA,

    CONSTRAINT "post_chains_pkey" PRIMARY KEY ("member_id")
);

-- CreateTable
CREATE TABLE "post_signatures" (
    "post_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "prev" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "content_hash" BYTEA NOT NULL,
    "signature" BYTEA NOT NULL,
    "key" TEXT,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,
    "reply_to" TEXT,
    "quote_of" TEXT,
    "origin" TEXT,
    "origin_id" UUID,

    CONSTRAINT "post_signatures_pkey" PRIMARY KEY ("post_id")
);

-- CreateTable
CREATE TABLE "posting_keys" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "signature" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "last_seq" INTEGER,

    CONSTRAINT "posting_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "post_signatures_author_id_seq_key" ON "post_signatures"("author_id", "seq");

-- CreateIndex
CREATE INDEX "post_signatures_origin_id_idx" ON "post_signatures"("origin_id");

-- CreateIndex
CREATE INDEX "posting_keys_member_id_id_idx" ON "posting_keys"("member_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "posting_keys_member_id_address_key" ON "posting_keys"("member_id", "address");

-- What Prisma cannot say.
ALTER TABLE "post_chains" ADD CONSTRAINT "post_chains_head_check"
  CHECK (length >= 0 AND (length = 0) = (head IS NULL) AND (head IS NULL OR octet_length(head) = 32));
ALTER TABLE "post_signatures" ADD CONSTRAINT "post_signatures_hashes_check"
  CHECK (seq >= 0 AND octet_length(prev) = 32 AND octet_length(hash) = 32 AND octet_length(content_hash) = 32);
ALTER TABLE "posting_keys" ADD CONSTRAINT "posting_keys_revoked_check" CHECK ((revoked_at IS NULL) = (last_seq IS NULL));

-- A signature is never changed nor taken back, whatever becomes of its post.
GRANT SELECT, INSERT ON "post_signatures" TO rivulet_app;
GRANT SELECT, INSERT, UPDATE ON "post_chains", "posting_keys" TO rivulet_app;
