INSERT INTO cluster_averages (cluster_id, average, sampled_at)
SELECT s.value ->> 'cluster_id', s.value ->> 'average', @now
FROM json_each(@samples) s
WHERE true
ON CONFLICT (cluster_id) DO UPDATE
SET average = excluded.average, sampled_at = excluded.sampled_at
WHERE cluster_averages.sampled_at <= @before;
DELETE FROM cluster_averages WHERE average = 0;
