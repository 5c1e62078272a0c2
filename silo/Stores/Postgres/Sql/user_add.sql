INSERT INTO users (id, name, created_at) VALUES (@id, @name, @created_at);
