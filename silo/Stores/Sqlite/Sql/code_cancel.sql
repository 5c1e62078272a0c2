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
