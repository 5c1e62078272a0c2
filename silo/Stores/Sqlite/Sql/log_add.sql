INSERT INTO log_chunks (task_id, attempt, start, size, data, runs)
VALUES (@task_id, @attempt, @start, @size, @data, @runs);
