-- name: code_counts
-- Each phase of a lane is a stretch of one index.
SELECT f.phase, (
  SELECT COUNT(*)
  FROM lanes n
  JOIN tasks t ON t.lane = n.id AND t.phase = f.phase AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @to
  WHERE n.code_id = @code_id)
FROM (VALUES (3), (4), (5), (6)) f (phase)
UNION ALL
SELECT COALESCE(l.phase, 0), COUNT(*)
FROM lanes n
JOIN tasks t ON t.lane = n.id AND t.phase = 0 AND t.id COLLATE "POSIX" >= @from AND t.id COLLATE "POSIX" < @to
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
  id, rev, @revision_id, @image, @command, @config::bytea, @env_vars, @retries, @retries_delay, @default_priority,
  @max_concurrency, @lease_seconds, @max_losses, @now, @stack, @runtime, @file_name, @zip_size, @md5, @sha256, @signature,
  @required_labels, @no_init
FROM codes
WHERE project_id = @project_id AND name = @name AND archived_at IS NULL;
DELETE FROM zip_uploads WHERE revision_id = @revision_id;
-- A limit counts what is leased now; a code that never had one touches neither table.
UPDATE leases l
SET limit_code = c.id
FROM tasks t, lanes n, codes c
WHERE @max_concurrency > 0 AND c.project_id = @project_id AND c.name = @name AND c.archived_at IS NULL
  AND n.code_id = c.id AND t.lane = n.id AND l.task_id = t.id AND l.limit_code IS NULL;
UPDATE code_limits
SET most = @max_concurrency
WHERE @max_concurrency = 0 AND code_id = (
  SELECT id FROM codes WHERE project_id = @project_id AND name = @name AND archived_at IS NULL);
-- The limit's row is taken first and counted in a statement of its own, which sees what those before it have committed.
INSERT INTO code_limits (code_id, most, taken)
SELECT c.id, @max_concurrency, 0
FROM codes c
WHERE @max_concurrency > 0 AND c.project_id = @project_id AND c.name = @name AND c.archived_at IS NULL
ON CONFLICT (code_id) DO UPDATE SET most = excluded.most;
UPDATE code_limits
SET taken = (SELECT COUNT(*) FROM leases l WHERE l.limit_code = code_limits.code_id)
WHERE @max_concurrency > 0 AND code_id = (
  SELECT id FROM codes WHERE project_id = @project_id AND name = @name AND archived_at IS NULL);
SELECT * FROM code_states WHERE project_id = @project_id AND name = @name AND archived_at IS NULL AND is_current;
