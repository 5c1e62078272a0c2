SELECT COUNT(*) FROM clusters WHERE user_id = @user_id;
