-- In the order of keys, so that requests which share some wait for each other and never in a circle.
INSERT INTO task_keys (project_id, kind, key, task_id, created_at)
SELECT @project_id, i.kind, i.key, '', now_ms()
FROM unnest(@kind, @key) i (kind, key)
ORDER BY i.kind, i.key COLLATE "C"
ON CONFLICT (project_id, kind, key) DO NOTHING;
SELECT k.task_id
FROM task_keys k
WHERE k.project_id = @project_id AND (k.kind, k.key) IN (SELECT * FROM unnest(@kind, @key))
ORDER BY k.kind, k.key
FOR UPDATE;
