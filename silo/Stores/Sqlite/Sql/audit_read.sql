SELECT
  sequence, at, event, reason, count, credential_id, address, peer, commit_hash, launch_id, job_number, machine_type, deadline, cost,
  policy_version, key_generation, previous, hash
FROM launch_audit
WHERE account = @account AND sequence > @after
ORDER BY sequence
LIMIT @most;
