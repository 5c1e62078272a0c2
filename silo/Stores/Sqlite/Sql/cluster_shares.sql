SELECT u.id, u.name, u.email, s.updated_at
FROM cluster_shares s
JOIN users u ON u.id = s.user_id
WHERE s.cluster_id = @cluster_id
ORDER BY u.id;
