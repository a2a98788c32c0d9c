-- When keys and sessions were last used, from where a key may be, what it was before a rotation, and what signed in.

-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "allowed_ips" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "last_used_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "last_used_at" TIMESTAMPTZ(3),
ADD COLUMN     "user_agent" TEXT;

-- CreateTable
CREATE TABLE "api_key_former_secrets" (
    "key_hash" BYTEA NOT NULL,
    "key_id" UUID NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_key_former_secrets_pkey" PRIMARY KEY ("key_hash")
);

-- CreateIndex
CREATE INDEX "api_key_former_secrets_key_id_idx" ON "api_key_former_secrets"("key_id");

-- AddForeignKey
ALTER TABLE "api_key_former_secrets" ADD CONSTRAINT "api_key_former_secrets_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Null would be a list that nobody has decided about.
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_allowed_ips_check" CHECK ("allowed_ips" IS NOT NULL AND cardinality("allowed_ips") <= 20);
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_agent_check" CHECK (char_length("user_agent") <= 200);

GRANT SELECT, INSERT, UPDATE, DELETE ON "api_key_former_secrets" TO rivulet_app;
