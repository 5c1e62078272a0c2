SELECT payload FROM tasks WHERE id = @id;
