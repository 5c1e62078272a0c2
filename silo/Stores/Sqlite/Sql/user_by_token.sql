SELECT u.id, u.name, u.created_at, u.operator, u.email
FROM user_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.hash = @hash;
