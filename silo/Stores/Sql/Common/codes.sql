-- name: code
SELECT * FROM code_states WHERE project_id = @project_id AND id = @id AND is_current;

-- name: code_archive
UPDATE codes SET archived_at = @now, updated_at = @now WHERE id = @id AND archived_at IS NULL RETURNING id;

-- name: code_by_name
SELECT * FROM code_states WHERE project_id = @project_id AND name = @name AND archived_at IS NULL AND is_current;

-- name: code_list
SELECT *
FROM code_states
WHERE project_id = @project_id AND archived_at IS NULL AND is_current
ORDER BY id DESC
LIMIT @most OFFSET @skip;

-- name: code_pause
INSERT INTO paused_codes (code_id, paused_at) VALUES (@code_id, @now) ON CONFLICT (code_id) DO NOTHING RETURNING code_id;

-- name: code_resume
DELETE FROM paused_codes WHERE code_id = @code_id RETURNING code_id;

-- name: code_revision
SELECT * FROM code_states WHERE id = @code_id AND rev = @rev;

-- name: code_revisions
SELECT * FROM code_states WHERE id = @code_id ORDER BY rev DESC LIMIT @most OFFSET @skip;
