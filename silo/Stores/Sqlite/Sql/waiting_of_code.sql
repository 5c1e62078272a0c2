SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (SELECT 0 AS priority UNION ALL SELECT 1 UNION ALL SELECT 2) p
WHERE l.code_id = @code_id AND EXISTS (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority);
