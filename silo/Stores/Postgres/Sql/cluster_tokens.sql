SELECT id, cluster_id, hash, sealed, created_at FROM cluster_tokens WHERE cluster_id = @cluster_id ORDER BY id;
