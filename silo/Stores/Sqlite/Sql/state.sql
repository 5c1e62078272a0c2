SELECT * FROM task_states WHERE id = @id;
