SELECT
  id, rev, image, command, config, env_vars, retries, retries_delay, default_priority, max_concurrency, lease_seconds,
  max_losses, created_at
FROM code_revisions
WHERE code_id = @code_id AND rev = @rev;
