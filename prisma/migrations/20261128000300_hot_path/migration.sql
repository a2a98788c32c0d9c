-- What the hot path needs: the marks by which a lost answer to a COMMIT is found out.

-- CreateTable
CREATE TABLE "commit_marks" (
    "writer" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "commit_marks_pkey" PRIMARY KEY ("writer")
);


-- What Prisma cannot say.
-- A row is overwritten by each transaction of its writer: room beside it keeps that out of the index.
ALTER TABLE "commit_marks" SET (fillfactor = 20);

GRANT SELECT, INSERT, UPDATE ON "commit_marks" TO rivulet_app;
