SELECT id, name, created_at, operator FROM users ORDER BY id;
