-- name: code_cancel
-- No clock decides what is meant: it is what is there now.
INSERT INTO code_cancels (code_id, project_id, last_id, busy_until)
SELECT newest.code_id, newest.project_id, newest.id, @busy_until
FROM (
  SELECT n.code_id, n.project_id, (
    SELECT t.id FROM tasks t WHERE t.lane = n.id AND t.phase = 0 ORDER BY t.id COLLATE "POSIX" DESC LIMIT 1) AS id
  FROM lanes n
  WHERE n.code_id = @code_id
  ORDER BY id DESC NULLS LAST
  LIMIT 1) newest
WHERE newest.id IS NOT NULL
ON CONFLICT (code_id) DO UPDATE SET last_id = excluded.last_id, busy_until = excluded.busy_until
RETURNING code_id, project_id, last_id;

-- name: code_cancel_done
DELETE FROM code_cancels
WHERE code_id = @code_id AND last_id = @last_id
  AND NOT EXISTS (
    SELECT 1
    FROM lanes n
    JOIN tasks t ON t.lane = n.id AND t.phase = 0 AND t.id COLLATE "POSIX" <= @last_id
    WHERE n.code_id = @code_id);

-- name: code_cancel_next
SELECT t.id
FROM lanes n
CROSS JOIN LATERAL (
  SELECT o.id
  FROM tasks o
  WHERE o.lane = n.id AND o.phase = 0 AND o.id COLLATE "POSIX" > @after AND o.id COLLATE "POSIX" <= @last_id
  ORDER BY o.id COLLATE "POSIX"
  LIMIT @most) t
WHERE n.code_id = @code_id
ORDER BY t.id
LIMIT @most;
