SELECT id, name, created_at, operator, email FROM users ORDER BY id;
