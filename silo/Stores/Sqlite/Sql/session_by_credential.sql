SELECT s.id, s.cluster_id, s.credential_hash, s.phase, s.name, s.version, s.slots, s.executor, s.created_at, s.seen_at, s.token_id, s.key_ids,
  s.labels, s.paused
FROM sessions s
WHERE s.credential_hash = @credential_hash;
