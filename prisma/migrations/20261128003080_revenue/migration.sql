-- Revenue that is booked to leave the vault, and the withdrawal that paid it out.

-- CreateTable
CREATE TABLE "revenue_takes" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "event_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revenue_takes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "revenue_takes_key_key" ON "revenue_takes"("key");

-- CreateIndex
CREATE UNIQUE INDEX "revenue_takes_event_id_key" ON "revenue_takes"("event_id");

-- AddForeignKey
ALTER TABLE "revenue_takes" ADD CONSTRAINT "revenue_takes_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "chain_events"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma cannot say.
ALTER TABLE "revenue_takes" ADD CONSTRAINT "revenue_takes_amount_check" CHECK (amount > 0);

-- Of a take nothing ever changes but which withdrawal paid it out.
GRANT SELECT, INSERT, UPDATE ("event_id") ON "revenue_takes" TO rivulet_app;
