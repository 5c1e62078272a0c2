UPDATE task_keys k
SET task_id = i.task_id, created_at = now_ms()
FROM unnest(@kind, @key, @task_id) i (kind, key, task_id)
WHERE k.project_id = @project_id AND k.kind = i.kind AND k.key = i.key;
