-- Who liked and who reposted a post, newest first. Readings and comments are not in it: they are not listed by it.

-- CreateIndex
CREATE INDEX "interactions_reactions_idx" ON "interactions"("post_id", "kind", "id") WHERE (active AND (kind = ANY (ARRAY['like'::interaction_kind, 'repost'::interaction_kind])));
