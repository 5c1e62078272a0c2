INSERT INTO users (id, name, created_at, operator, email) VALUES (@id, @name, @created_at, @operator, @email)
ON CONFLICT (name) DO NOTHING
RETURNING id;
