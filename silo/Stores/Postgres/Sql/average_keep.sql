-- Of several silos that sample at the same time, one wins.
INSERT INTO cluster_averages (cluster_id, average, sampled_at)
SELECT s.cluster_id, s.average, @now
FROM jsonb_to_recordset(@samples::jsonb) s (cluster_id text, average double precision)
ORDER BY s.cluster_id
ON CONFLICT (cluster_id) DO UPDATE
SET average = excluded.average, sampled_at = excluded.sampled_at
WHERE cluster_averages.sampled_at <= @before;
DELETE FROM cluster_averages WHERE average = 0;
