SELECT min(due_at) - now_ms() FROM delayed;
