-- One index probe for each lane and priority, however many tasks wait there.
SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (VALUES (0), (1), (2)) p (priority)
CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority LIMIT 1) waits
WHERE (@cluster_id::text IS NULL OR l.cluster_id = @cluster_id)
  AND NOT EXISTS (SELECT 1 FROM paused_codes c WHERE c.code_id = l.code_id);
