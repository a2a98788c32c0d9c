-- What members earned, by stream and hour: a rollup kept in the transaction that moves the money, so that a chart over
-- years reads a row for each day and not a million credits. docs/adr/0014 says why a row is a day.

-- CreateTable
CREATE TABLE "earnings" (
    "member_id" UUID NOT NULL,
    "stream" SMALLINT NOT NULL,
    "day" DATE NOT NULL,
    "total" BIGINT NOT NULL,
    "hours" BIGINT[] NOT NULL,

    CONSTRAINT "earnings_pkey" PRIMARY KEY ("member_id","stream","day")
) WITH (fillfactor = 80); -- room for the next version of a row beside it: no index is touched


-- What Prisma cannot say.
ALTER TABLE "earnings"
  ADD CONSTRAINT "earnings_stream_check" CHECK (stream BETWEEN 1 AND 9), -- the income streams of the chart of accounts
  ADD CONSTRAINT "earnings_hours_check" CHECK (cardinality(hours) = 24);

-- Nothing here is ever removed.
GRANT SELECT, INSERT, UPDATE ON "earnings" TO rivulet_app;

-- What was earned before this table was: a credit in the hour it was posted, a reversal in the hour of the reversal.
WITH change AS (
  SELECT receiver_id, CASE kind WHEN 'like' THEN 2 WHEN 'read' THEN 3 WHEN 'comment' THEN 4 WHEN 'repost' THEN 5 END AS stream,
    created_at AS at, gross AS amount
  FROM receipts
  UNION ALL
  SELECT r.receiver_id, CASE r.kind WHEN 'like' THEN 2 WHEN 'read' THEN 3 WHEN 'comment' THEN 4 WHEN 'repost' THEN 5 END,
    t.posted_at, -r.gross
  FROM receipts r JOIN ledger.transfer t ON t.id = r.reversal_id AND t.leg = 0
  UNION ALL
  SELECT receiver_id, 6, created_at, amount - fee FROM tips
), hourly AS (
  SELECT receiver_id, stream, date_trunc('hour', at AT TIME ZONE 'UTC') AS hour, sum(amount) AS amount
  FROM change GROUP BY receiver_id, stream, date_trunc('hour', at AT TIME ZONE 'UTC')
)
INSERT INTO earnings (member_id, stream, day, total, hours)
SELECT d.receiver_id, d.stream, d.day, sum(coalesce(h.amount, 0)), array_agg(coalesce(h.amount, 0)::bigint ORDER BY o.clock)
FROM (SELECT DISTINCT receiver_id, stream, hour::date AS day FROM hourly) d
  CROSS JOIN generate_series(0, 23) AS o (clock)
  LEFT JOIN hourly h ON h.receiver_id = d.receiver_id AND h.stream = d.stream
    AND h.hour = d.day + make_interval(hours => o.clock)
GROUP BY d.receiver_id, d.stream, d.day
ORDER BY d.day; -- as it would have grown
