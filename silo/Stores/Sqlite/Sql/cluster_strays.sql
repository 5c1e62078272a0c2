-- What waits where no cluster is any more.
SELECT t.id, t.project_id
FROM lanes l
JOIN ready r ON r.lane = l.id
JOIN tasks t ON t.id = r.task_id
WHERE NOT EXISTS (SELECT 1 FROM clusters c WHERE c.id = l.cluster_id)
LIMIT @most;
