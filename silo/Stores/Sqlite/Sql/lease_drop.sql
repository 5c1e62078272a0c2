DELETE FROM leases WHERE task_id = @task_id RETURNING limit_code;
