SELECT l.cluster_id, l.id, p.priority, l.labels
FROM lanes l
CROSS JOIN (VALUES (0), (1), (2)) p (priority)
CROSS JOIN LATERAL (SELECT 1 FROM ready r WHERE r.lane = l.id AND r.priority = p.priority LIMIT 1) waits
WHERE l.code_id = @code_id;
