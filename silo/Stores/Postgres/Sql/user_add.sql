INSERT INTO users (id, name, created_at, operator) VALUES (@id, @name, @created_at, @operator);
