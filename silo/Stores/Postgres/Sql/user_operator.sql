UPDATE users SET operator = @operator WHERE id = @id RETURNING id;
