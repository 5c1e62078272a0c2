INSERT INTO cluster_shares (cluster_id, user_id, updated_at)
SELECT c.id, @user_id, @updated_at FROM clusters c WHERE c.id = @cluster_id
ON CONFLICT (cluster_id, user_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING user_id;
