-- name: code_cancel_take
UPDATE code_cancels
SET busy_until = @busy_until
WHERE code_id = (SELECT c.code_id FROM code_cancels c WHERE c.busy_until < @now ORDER BY c.busy_until LIMIT 1)
  AND busy_until < @now
RETURNING code_id, project_id, last_id;
