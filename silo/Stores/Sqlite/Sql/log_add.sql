INSERT INTO log_chunks (task_id, attempt, start, size, data)
VALUES (@task_id, @attempt, @start, @size, @data);
