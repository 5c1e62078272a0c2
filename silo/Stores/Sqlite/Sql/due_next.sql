SELECT MIN(due_at) FROM delayed;
