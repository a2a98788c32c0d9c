-- Who is mentioned in a post, by their ids: a mention survives that its member takes another handle.

-- CreateTable
CREATE TABLE "post_mentions" (
    "post_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "starts" INTEGER[],
    "ends" INTEGER[],

    CONSTRAINT "post_mentions_pkey" PRIMARY KEY ("post_id","member_id")
);

-- CreateIndex
CREATE INDEX "post_mentions_member_id_post_id_idx" ON "post_mentions"("member_id", "post_id");

GRANT SELECT, INSERT, DELETE ON "post_mentions" TO rivulet_app;
