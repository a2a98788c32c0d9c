-- A period's close in two stages: budgets are split, then each receiver is handed over what they are given, at once.
-- AlterTable
ALTER TABLE "periods" ADD COLUMN     "delivered" UUID,
ADD COLUMN     "split" BOOLEAN NOT NULL DEFAULT false;

-- One whose close has begun the earlier way goes on in this one: nothing of it waits to be handed over yet.
UPDATE "periods" SET "delivered" = (
  substr(t.hex, 1, 8) || '-' || substr(t.hex, 9, 4) || '-0000-0000-000000000000'
)::uuid
FROM (SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') AS hex) t
WHERE "status" = 'closing';
