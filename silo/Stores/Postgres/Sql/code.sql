SELECT
  c.id, c.project_id, c.name, c.created_at, c.updated_at,
  r.id, r.rev, r.image, r.command, r.config, r.env_vars, r.retries, r.retries_delay, r.default_priority, r.max_concurrency,
  r.lease_seconds, r.max_losses, r.created_at
FROM codes c
JOIN code_revisions r ON r.code_id = c.id AND r.rev = c.rev
WHERE c.project_id = @project_id AND c.id = @id;
