DELETE FROM ready
WHERE (lane, priority, key) = (SELECT lane, priority, ready_key FROM tasks WHERE id = @task_id);
DELETE FROM delayed WHERE task_id = @task_id;
