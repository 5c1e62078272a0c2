INSERT INTO projects (id, user_id, name, default_cluster_id, created_at)
VALUES (@id, @user_id, @name, @default_cluster_id, @created_at);
