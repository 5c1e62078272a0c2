DELETE FROM user_tokens WHERE id = @id RETURNING id;
