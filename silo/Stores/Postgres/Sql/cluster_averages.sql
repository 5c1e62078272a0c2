-- name: average_due
-- Clusters where tasks wait, or did a moment ago, and which were not sampled for a while.
SELECT
  c.id, a.average, a.sampled_at,
  (SELECT COUNT(*) FROM (
    SELECT 1
    FROM lanes l
    CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id LIMIT @most) waiting
    WHERE l.cluster_id = c.id
    LIMIT @most) counted)
FROM clusters c
LEFT JOIN cluster_averages a ON a.cluster_id = c.id
WHERE (a.sampled_at IS NULL
    AND EXISTS (
      SELECT 1
      FROM lanes l
      CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id LIMIT 1) waits
      WHERE l.cluster_id = c.id))
  OR a.sampled_at <= @before;

-- name: average_keep
-- Of several silos that sample at the same time, one wins.
INSERT INTO cluster_averages (cluster_id, average, sampled_at)
SELECT s.cluster_id, s.average, @now
FROM jsonb_to_recordset(@samples::jsonb) s (cluster_id text, average double precision)
ORDER BY s.cluster_id
ON CONFLICT (cluster_id) DO UPDATE
SET average = excluded.average, sampled_at = excluded.sampled_at
WHERE cluster_averages.sampled_at <= @before;
DELETE FROM cluster_averages WHERE average = 0;
