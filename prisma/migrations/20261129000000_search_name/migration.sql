-- Folding a name takes longer than comparing it, and a search folded each candidate anew: it is kept with the member.
ALTER TABLE "members" ADD COLUMN "search_name" TEXT GENERATED ALWAYS AS (name_of("handle", "display_name")) STORED;

DROP INDEX "members_name_idx";
CREATE INDEX "members_search_name_idx" ON "members" USING GIN ("search_name" gin_trgm_ops);
