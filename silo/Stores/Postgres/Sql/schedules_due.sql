WITH due AS MATERIALIZED (
  SELECT s.id
  FROM schedules s
  WHERE s.next_start <= now_ms()
  ORDER BY s.next_start
  LIMIT @most
  FOR UPDATE SKIP LOCKED
)
SELECT s.*, now_ms()
FROM due d
JOIN schedule_states s ON s.id = ANY (ARRAY[d.id])
ORDER BY s.next_start, s.id;
