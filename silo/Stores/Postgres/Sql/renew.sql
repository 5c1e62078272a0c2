UPDATE leases l
SET until = greatest(l.until, now_ms() + l.lease_seconds * 1000),
    confirmed = 1,
    phase = i.phase,
    started_at = COALESCE(l.started_at, CASE WHEN i.phase = 2 THEN now_ms() END),
    percent = COALESCE(i.percent, l.percent),
    message = COALESCE(i.message, l.message),
    digest = COALESCE(i.digest, l.digest)
FROM (
  -- In the order of ids, so that statements which meet take rows in the same order.
  SELECT *
  FROM unnest(@task_id, @attempt, @token, @session_id, @phase, @percent, @message, @digest)
    u (task_id, attempt, token, session_id, phase, percent, message, digest)
  ORDER BY u.task_id COLLATE "C") i
-- Served by the key's index or not at all: each lease is looked up by its task.
WHERE l.task_id = ANY (ARRAY[i.task_id])
  AND (l.attempt, l.token, l.session_id) IS NOT DISTINCT FROM (i.attempt, i.token, i.session_id)
RETURNING l.task_id, l.attempt, l.token, l.session_id, l.lease_seconds, l.stopping;
