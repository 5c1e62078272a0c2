WITH gone AS (
  DELETE FROM tasks t
  WHERE t.id = @id AND t.project_id = @project_id AND t.phase IS NOT NULL
    AND NOT EXISTS (SELECT FROM leases l WHERE l.task_id = t.id)
  RETURNING t.id
), events AS (
  DELETE FROM task_events e USING gone g WHERE e.task_id = g.id
)
DELETE FROM log_chunks c USING gone g WHERE c.task_id = g.id;
