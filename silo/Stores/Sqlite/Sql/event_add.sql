INSERT INTO task_events (task_id, seq, at, attempt, kind, detail)
VALUES (@task_id, @seq, @at, @attempt, @kind, @detail);
