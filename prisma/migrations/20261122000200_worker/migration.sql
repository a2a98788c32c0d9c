-- What the worker tells about itself: what stands still and why, and how each of its rooms last fared.

-- CreateTable
CREATE TABLE "halts" (
    "id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cleared_at" TIMESTAMPTZ(3),

    CONSTRAINT "halts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_rooms" (
    "name" TEXT NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "detail" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_rooms_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "halts_standing_idx" ON "halts"("scope", "reason") WHERE (cleared_at IS NULL);


-- What Prisma cannot say.
ALTER TABLE "halts" ADD CONSTRAINT "halts_scope_check" CHECK (scope IN ('booking', 'settlement'));

-- The worker raises halts and cannot clear them.
GRANT SELECT, INSERT ON "halts" TO rivulet_app;
GRANT SELECT, INSERT, UPDATE ON "worker_rooms" TO rivulet_app;
