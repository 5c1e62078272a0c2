INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
VALUES (@lane, @priority, @key, @task_id, @attempt, @losses, @lease_seconds);
