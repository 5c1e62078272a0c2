-- name: project
SELECT id, user_id, name, default_cluster_id, created_at FROM projects WHERE id = @id;

-- name: project_add
INSERT INTO projects (id, user_id, name, default_cluster_id, created_at)
VALUES (@id, @user_id, @name, @default_cluster_id, @created_at);

-- name: project_default_cluster
UPDATE projects SET default_cluster_id = @cluster_id WHERE id = @id;

-- name: project_list
SELECT id, user_id, name, default_cluster_id, created_at FROM projects WHERE user_id = @user_id ORDER BY id;
