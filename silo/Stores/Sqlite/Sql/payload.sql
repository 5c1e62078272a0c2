SELECT payload, traceparent FROM tasks WHERE id = @id;
