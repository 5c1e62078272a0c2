INSERT INTO delayed (task_id, due_at) VALUES (@task_id, @due_at);
