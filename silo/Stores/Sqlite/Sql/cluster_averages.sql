-- name: average_due
-- Clusters where tasks wait, or did a moment ago, and which were not sampled for a while.
SELECT
  c.id, a.average, a.sampled_at,
  (SELECT COUNT(*) FROM (
    SELECT 1 FROM lanes l JOIN ready r ON r.lane = l.id WHERE l.cluster_id = c.id LIMIT @most) counted)
FROM clusters c
LEFT JOIN cluster_averages a ON a.cluster_id = c.id
WHERE (a.sampled_at IS NULL
    AND EXISTS (SELECT 1 FROM lanes l JOIN ready r ON r.lane = l.id WHERE l.cluster_id = c.id))
  OR a.sampled_at <= @before;

-- name: average_keep
INSERT INTO cluster_averages (cluster_id, average, sampled_at)
SELECT s.value ->> 'cluster_id', s.value ->> 'average', @now
FROM json_each(@samples) s
WHERE true
ON CONFLICT (cluster_id) DO UPDATE
SET average = excluded.average, sampled_at = excluded.sampled_at
WHERE cluster_averages.sampled_at <= @before;
DELETE FROM cluster_averages WHERE average = 0;
