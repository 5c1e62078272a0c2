SELECT id, user_id, name, default_cluster_id, created_at FROM projects WHERE user_id = @user_id ORDER BY id;
