SELECT
  s.id, s.cluster_id, s.credential_hash, s.phase, s.name, s.version, s.slots, s.executor, s.created_at, s.seen_at, s.token_id, s.key_ids,
  s.labels, s.paused,
  (SELECT COUNT(*) FROM leases l WHERE l.session_id = s.id)
FROM sessions s
WHERE s.cluster_id = @cluster_id AND s.phase < 2
ORDER BY s.id;
