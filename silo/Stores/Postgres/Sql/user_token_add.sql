INSERT INTO user_tokens (id, user_id, hash, label, created_at)
VALUES (@id, @user_id, @hash, @label, @created_at);
