-- name: code_counts
-- Each phase of a lane is a stretch of one index.
SELECT f.phase, (
  SELECT COUNT(*)
  FROM lanes n
  CROSS JOIN tasks t ON t.lane = n.id AND t.phase = f.phase AND t.id >= @from AND t.id < @to
  WHERE n.code_id = @code_id)
FROM (SELECT 3 AS phase UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6) f
UNION ALL
SELECT COALESCE(l.phase, 0), COUNT(*)
FROM lanes n
CROSS JOIN tasks t ON t.lane = n.id AND t.phase = 0 AND t.id >= @from AND t.id < @to
LEFT JOIN leases l ON l.task_id = t.id
WHERE n.code_id = @code_id
GROUP BY 1;

-- name: code_upload
INSERT INTO codes (id, project_id, name, rev, created_at, updated_at)
VALUES (@new_id, @project_id, @name, 1, @now, @now)
ON CONFLICT (project_id, name) WHERE archived_at IS NULL DO UPDATE SET rev = codes.rev + 1, updated_at = @now;
INSERT INTO code_revisions (
  code_id, rev, id, image, command, config, env_vars, retries, retries_delay, default_priority, max_concurrency,
  lease_seconds, max_losses, created_at, stack, runtime, file_name, zip_size, md5, sha256, signature,
  required_labels, no_init)
SELECT
  id, rev, @revision_id, @image, @command, @config, @env_vars, @retries, @retries_delay, @default_priority,
  @max_concurrency, @lease_seconds, @max_losses, @now, @stack, @runtime, @file_name, @zip_size, @md5, @sha256, @signature,
  @required_labels, @no_init
FROM codes
WHERE project_id = @project_id AND name = @name AND archived_at IS NULL;
DELETE FROM zip_uploads WHERE revision_id = @revision_id;
-- A limit counts what is leased now; a code that never had one touches neither table.
-- The plus keeps SQLite from walking all tasks of the code's lanes in place of all leases.
UPDATE leases
SET limit_code = c.id
FROM tasks t, lanes n, codes c
WHERE @max_concurrency > 0 AND c.project_id = @project_id AND c.name = @name AND c.archived_at IS NULL
  AND n.code_id = c.id AND +t.lane = n.id AND leases.task_id = t.id AND leases.limit_code IS NULL;
UPDATE code_limits
SET most = @max_concurrency
WHERE @max_concurrency = 0 AND code_id = (
  SELECT id FROM codes WHERE project_id = @project_id AND name = @name AND archived_at IS NULL);
INSERT INTO code_limits (code_id, most, taken)
SELECT c.id, @max_concurrency, (SELECT COUNT(*) FROM leases l WHERE l.limit_code = c.id)
FROM codes c
WHERE @max_concurrency > 0 AND c.project_id = @project_id AND c.name = @name AND c.archived_at IS NULL
ON CONFLICT (code_id) DO UPDATE SET most = excluded.most, taken = excluded.taken;
SELECT * FROM code_states WHERE project_id = @project_id AND name = @name AND archived_at IS NULL AND is_current;
