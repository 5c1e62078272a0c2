SELECT id, name, created_at FROM users ORDER BY id;
