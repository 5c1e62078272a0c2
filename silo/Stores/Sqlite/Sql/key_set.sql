INSERT INTO task_keys (project_id, kind, key, task_id, created_at) VALUES (@project_id, @kind, @key, @task_id, @now)
ON CONFLICT (project_id, kind, key) DO UPDATE SET task_id = excluded.task_id, created_at = excluded.created_at;
