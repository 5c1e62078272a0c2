-- name: audit_add
INSERT INTO launch_audit (
  account, sequence, at, event, reason, count, credential_id, address, peer, commit_hash, launch_id, job_number, machine_type, deadline, cost,
  policy_version, key_generation, previous, hash)
VALUES (
  @account, @sequence, @at, @event, @reason, @count, @credential_id, @address, @peer, @commit_hash, @launch_id, @job_number,
  @machine_type, @deadline, @cost, @policy_version, @key_generation, @previous, @hash)
ON CONFLICT (account, sequence) DO NOTHING;
SELECT hash FROM launch_audit WHERE account = @account AND sequence = @sequence;

-- name: audit_read
SELECT
  sequence, at, event, reason, count, credential_id, address, peer, commit_hash, launch_id, job_number, machine_type, deadline, cost,
  policy_version, key_generation, previous, hash
FROM launch_audit
WHERE account = @account AND sequence > @after
ORDER BY sequence
LIMIT @most;
