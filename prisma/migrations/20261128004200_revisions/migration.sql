-- Articles are revised, and what they said before is kept.

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "post_revisions" (
    "post_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "title" TEXT,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_revisions_pkey" PRIMARY KEY ("post_id","revision")
);

GRANT SELECT, INSERT, DELETE ON "post_revisions" TO rivulet_app;
