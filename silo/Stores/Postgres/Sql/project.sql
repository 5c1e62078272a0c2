SELECT id, user_id, name, default_cluster_id, created_at FROM projects WHERE id = @id;
