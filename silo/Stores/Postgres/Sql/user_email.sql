UPDATE users SET email = @email
WHERE id = @id AND NOT EXISTS (SELECT 1 FROM users o WHERE o.email = @email AND o.id <> @id)
RETURNING id;
