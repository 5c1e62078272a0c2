-- name: user_add
INSERT INTO users (id, name, created_at, operator, email) VALUES (@id, @name, @created_at, @operator, @email)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: user_by_email
SELECT id, name, created_at, operator, email FROM users WHERE email = @email;

-- name: user_by_token
SELECT u.id, u.name, u.created_at, u.operator, u.email
FROM user_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.hash = @hash;

-- name: user_email
UPDATE users SET email = @email
WHERE id = @id AND NOT EXISTS (SELECT 1 FROM users o WHERE o.email = @email AND o.id <> @id)
RETURNING id;

-- name: user_list
SELECT id, name, created_at, operator, email FROM users ORDER BY id;

-- name: user_operator
UPDATE users SET operator = @operator WHERE id = @id RETURNING id;

-- name: user_token_add
INSERT INTO user_tokens (id, user_id, hash, label, created_at)
VALUES (@id, @user_id, @hash, @label, @created_at);

-- name: user_token_delete
DELETE FROM user_tokens WHERE id = @id RETURNING id;

-- name: user_token_list
SELECT id, user_id, hash, label, created_at FROM user_tokens WHERE user_id = @user_id ORDER BY id;
