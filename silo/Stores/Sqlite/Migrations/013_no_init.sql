-- Programs that must be the first process of their container.
ALTER TABLE code_revisions ADD COLUMN no_init INTEGER NOT NULL DEFAULT 0;
DROP VIEW code_states;
CREATE VIEW code_states AS
SELECT
  c.id, c.project_id, c.name, c.created_at, c.updated_at, c.archived_at,
  EXISTS (SELECT 1 FROM paused_codes p WHERE p.code_id = c.id) AS paused,
  r.id AS revision_id, r.rev, r.image, r.command, r.config, r.env_vars, r.retries, r.retries_delay, r.default_priority,
  r.max_concurrency, r.lease_seconds, r.max_losses, r.created_at AS uploaded_at, r.stack, r.runtime, r.file_name, r.zip_size,
  r.md5, r.sha256,
  r.rev = c.rev AS is_current,
  r.signature, r.required_labels, r.no_init
FROM codes c
JOIN code_revisions r ON r.code_id = c.id;
