SELECT id, user_id, hash, label, created_at FROM user_tokens WHERE user_id = @user_id ORDER BY id;
