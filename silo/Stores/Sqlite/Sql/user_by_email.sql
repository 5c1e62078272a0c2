SELECT id, name, created_at, operator, email FROM users WHERE email = @email;
