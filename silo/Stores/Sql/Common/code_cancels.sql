-- name: code_cancel
-- No clock decides what is meant: it is what is there now.
INSERT INTO code_cancels (code_id, project_id, last_id, busy_until)
SELECT newest.code_id, newest.project_id, newest.id, @busy_until
FROM (
  SELECT code_id, project_id, id
  FROM tasks
  WHERE code_id = @code_id AND phase IS NULL
  ORDER BY id DESC
  LIMIT 1) newest
WHERE true
ON CONFLICT (code_id) DO UPDATE SET last_id = excluded.last_id, busy_until = excluded.busy_until
RETURNING code_id, project_id, last_id;

-- name: code_cancel_done
DELETE FROM code_cancels
WHERE code_id = @code_id AND last_id = @last_id
  AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.code_id = @code_id AND t.phase IS NULL AND t.id <= @last_id);

-- name: code_cancel_next
SELECT id
FROM tasks
WHERE code_id = @code_id AND phase IS NULL AND id > @after AND id <= @last_id
ORDER BY id
LIMIT @most;

-- name: code_cancel_take
UPDATE code_cancels
SET busy_until = @busy_until
WHERE code_id = (SELECT c.code_id FROM code_cancels c WHERE c.busy_until < @now ORDER BY c.busy_until LIMIT 1)
  AND busy_until < @now
RETURNING code_id, project_id, last_id;
