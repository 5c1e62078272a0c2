SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (SELECT 0 AS priority UNION ALL SELECT 1 UNION ALL SELECT 2) p
WHERE (@cluster_id IS NULL OR l.cluster_id = @cluster_id)
  AND NOT EXISTS (SELECT 1 FROM paused_codes c WHERE c.code_id = l.code_id)
  AND EXISTS (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority);
