WITH due AS MATERIALIZED (
  SELECT d.task_id, d.due_at
  FROM delayed d
  WHERE d.due_at <= now_ms()
  ORDER BY d.due_at
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms(), d.due_at
FROM due d
JOIN task_states s ON s.id = ANY (ARRAY[d.task_id])
ORDER BY d.due_at, d.task_id;
