-- Feeds and search: tags, words and names that can be looked up, snapshots of what is trending, and reposts in the order
-- of time.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateTable
CREATE TABLE "tags" (
    "tag" TEXT COLLATE "C" NOT NULL,
    "posts_count" INTEGER NOT NULL,

    CONSTRAINT "tags_pkey" PRIMARY KEY ("tag")
);

-- CreateTable
CREATE TABLE "post_tags" (
    "tag" TEXT COLLATE "C" NOT NULL,
    "post_id" UUID NOT NULL,

    CONSTRAINT "post_tags_pkey" PRIMARY KEY ("tag","post_id")
);

-- CreateTable
CREATE TABLE "post_words" (
    "post_id" UUID NOT NULL,
    "words" tsvector NOT NULL,

    CONSTRAINT "post_words_pkey" PRIMARY KEY ("post_id")
);

-- CreateTable
CREATE TABLE "trending_snapshots" (
    "id" UUID NOT NULL,
    "window" TEXT NOT NULL,
    "computed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "took_ms" INTEGER NOT NULL,

    CONSTRAINT "trending_snapshots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trending" (
    "snapshot_id" UUID NOT NULL,
    "rank" INTEGER NOT NULL,
    "post_id" UUID NOT NULL,
    "members" INTEGER NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "trending_pkey" PRIMARY KEY ("snapshot_id","rank")
);

-- CreateIndex
CREATE INDEX "post_tags_post_id_idx" ON "post_tags"("post_id");

-- CreateIndex
CREATE INDEX "post_words_words_idx" ON "post_words" USING GIN ("words");

-- CreateIndex
CREATE INDEX "trending_snapshots_window_id_idx" ON "trending_snapshots"("window", "id");

-- CreateIndex
CREATE INDEX "interactions_newest_reposts_idx" ON "interactions"("id") WHERE (active AND (kind = 'repost'::interaction_kind));

-- AddForeignKey
ALTER TABLE "trending" ADD CONSTRAINT "trending_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "trending_snapshots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma cannot say.

ALTER TABLE "tags" ADD CONSTRAINT "tags_posts_count_check" CHECK (posts_count >= 0);
ALTER TABLE "trending_snapshots" ADD CONSTRAINT "trending_snapshots_window_check" CHECK ("window" IN ('1h', '24h', '7d'));

-- Texts that differ in case or in how they are encoded are the same to who looks for one: NFKC (Unicode TR 15), lower
-- case, by rules that do not depend on the locale of the server.
CREATE FUNCTION folded(written text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN normalize(lower(normalize(written, NFKC) COLLATE pg_c_utf8), NFKC);

-- What is found by its words. The text of an article with a price is not: who looks for words would learn what it says.
CREATE FUNCTION words_of(title text, body text, price bigint) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple'::regconfig,
  folded(coalesce(title, '') || ' ' || CASE WHEN price IS NULL THEN body ELSE '' END));

-- What a member is found by.
CREATE FUNCTION name_of(handle text, display_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN folded(coalesce(handle, '') || ' ' || display_name);

CREATE INDEX "members_name_idx" ON "members" USING GIN ((name_of(handle, display_name)) gin_trgm_ops);

-- Tags and words follow the posts, whoever writes them: publishing, deleting, a revision, an import. A like changes
-- neither, and its update does not come by here. Counters of tags are locked in the order of tags, and before anything
-- else that publishing and deleting lock afterwards.
CREATE FUNCTION index_posts(posts_written uuid[]) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO post_words (post_id, words)
  SELECT id, words_of(title, text, price) FROM posts WHERE id = ANY (posts_written) AND deleted_at IS NULL;
  WITH tagged AS (
    INSERT INTO post_tags (tag, post_id)
    SELECT DISTINCT folded(tag), p.id FROM posts p, unnest(p.tags) tag
    WHERE p.id = ANY (posts_written) AND p.reply_to IS NULL AND p.deleted_at IS NULL
    RETURNING tag
  )
  INSERT INTO tags (tag, posts_count) SELECT tag, count(*) FROM tagged GROUP BY tag ORDER BY tag
  ON CONFLICT (tag) DO UPDATE SET posts_count = tags.posts_count + excluded.posts_count;
END;

CREATE FUNCTION posts_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM index_posts(array_agg(id)) FROM published;
  RETURN NULL;
END $$;

CREATE FUNCTION post_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM post_words WHERE post_id = NEW.id;
  PERFORM FROM tags WHERE tag IN (SELECT tag FROM post_tags WHERE post_id = NEW.id) ORDER BY tag FOR UPDATE;
  WITH untagged AS (DELETE FROM post_tags WHERE post_id = NEW.id RETURNING tag)
  UPDATE tags SET posts_count = posts_count - 1 FROM untagged WHERE untagged.tag = tags.tag;
  PERFORM index_posts(ARRAY[NEW.id]);
  RETURN NULL;
END $$;

CREATE TRIGGER posts_published AFTER INSERT ON "posts"
REFERENCING NEW TABLE AS published FOR EACH STATEMENT EXECUTE FUNCTION posts_published();

CREATE TRIGGER post_changed AFTER UPDATE OF title, text, tags, price, reply_to, deleted_at ON "posts"
FOR EACH ROW WHEN ((OLD.title, OLD.text, OLD.tags, OLD.price, OLD.reply_to, OLD.deleted_at)
  IS DISTINCT FROM (NEW.title, NEW.text, NEW.tags, NEW.price, NEW.reply_to, NEW.deleted_at))
EXECUTE FUNCTION post_changed();

-- Those that are there already.
SELECT index_posts(array_agg(id)) FROM posts WHERE deleted_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON "tags", "trending_snapshots" TO rivulet_app;
GRANT SELECT, INSERT, DELETE ON "post_tags", "post_words", "trending" TO rivulet_app;
GRANT DELETE ON "trending_snapshots" TO rivulet_app;
