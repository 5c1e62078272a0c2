SELECT id, cluster_id, hash, sealed, created_at FROM cluster_tokens WHERE hash = @hash;
