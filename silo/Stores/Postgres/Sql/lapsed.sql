-- Rows that another silo is taking back just now are left to it.
WITH lapsed AS MATERIALIZED (
  SELECT l.task_id
  FROM leases l
  WHERE l.until <= now_ms()
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms()
FROM lapsed l
JOIN task_states s ON s.id = ANY (ARRAY[l.task_id]);
