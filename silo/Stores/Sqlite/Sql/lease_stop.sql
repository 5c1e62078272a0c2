UPDATE leases SET stopping = 1 WHERE task_id = @task_id;
